package io.pecanraft.model;

/** What "durable" means to a log. */
public enum Durability {
    /** Survives loss of power: nothing is promised before the storage has confirmed a flush. The default. */
    POWER_LOSS,
    /**
     * Survives the death of the process but not of the operating system: entries are promised once they are in the page
     * cache. Term and vote are flushed all the same. To be asked for by name.
     */
    PROCESS_CRASH
}
