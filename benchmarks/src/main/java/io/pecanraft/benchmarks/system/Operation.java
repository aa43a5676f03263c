package io.pecanraft.benchmarks.system;

/** What clients ask for. Its ordinal is what travels. */
public enum Operation {
    /** Put a value. */
    WRITE("write"),
    /** Get the value of a key, linearizably whatever clocks do: by ReadIndex, or by what else the system has for it. */
    READ("read"),
    /** Get the value of a key, linearizably as long as clocks keep to a bound: by the leader's lease. */
    READ_LEASE("read-lease");

    private static final Operation[] ALL = values();

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    /**
     * The operation of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Operation of(String label) {
        for (Operation operation : ALL) {
            if (operation.label.equals(label)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("operation must be write, read or read-lease, got '" + label + "'");
    }

    /**
     * The operation that has travelled so.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Operation ofCode(int code) {
        if (code < 0 || code >= ALL.length) {
            throw new IllegalArgumentException("an operation of code " + code + "; there are 0 to " + (ALL.length - 1));
        }
        return ALL[code];
    }

    @Override
    public String toString() {
        return label;
    }
}
