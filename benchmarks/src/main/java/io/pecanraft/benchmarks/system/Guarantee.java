package io.pecanraft.benchmarks.system;

/** What an acknowledged write survives on each server. Systems are compared only where they promise the same. */
public enum Guarantee {
    /** Loss of power: a majority has flushed it. */
    POWER_LOSS("power-loss"),
    /** The death of the process: a majority has it in the page cache. */
    PROCESS_CRASH("process-crash"),
    /** Nothing: it is in memory only. Marks what machine and network allow. */
    NONE("none");

    private final String label;

    Guarantee(String label) {
        this.label = label;
    }

    /**
     * The guarantee of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Guarantee of(String label) {
        for (Guarantee guarantee : values()) {
            if (guarantee.label.equals(label)) {
                return guarantee;
            }
        }
        throw new IllegalArgumentException("durability must be power-loss, process-crash or none, got '" + label + "'");
    }

    @Override
    public String toString() {
        return label;
    }
}
