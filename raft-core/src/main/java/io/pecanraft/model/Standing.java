package io.pecanraft.model;

/** How a server stands to the newest cluster configuration that it has heard of. */
public enum Standing {
    /** The cluster does not exist yet, and this server takes part in forming it. */
    FORMING,
    /** It votes and counts. */
    VOTER,
    /** It receives the log and serves reads, but neither votes nor counts. */
    LEARNER,
    /**
     * The configuration names its name with another storage: its data directory was lost or replaced. It neither votes nor
     * counts until it is re-admitted with the storage it has.
     */
    REPLACED,
    /** It is no member: not added yet, or removed. */
    OUTSIDER
}
