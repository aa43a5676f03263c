package io.pecanraft.benchmarks.system;

/** What clients ask for. Its code is what travels. */
public enum Operation {
    /** Put a value. */
    WRITE("write", 0),
    /** Get the value of a key, linearizably whatever clocks do: by ReadIndex, or by what else the system has for it. */
    READ("read", 1),
    /** Get the value of a key, linearizably as long as clocks keep to a bound: by the leader's lease. */
    READ_LEASE("read-lease", 2);

    private static final Operation[] ALL = values();

    private final String label;
    private final byte code;

    Operation(String label, int code) {
        this.label = label;
        this.code = (byte) code;
    }

    /** What travels. */
    public byte code() {
        return code;
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
        for (Operation operation : ALL) {
            if (operation.code == code) {
                return operation;
            }
        }
        throw new IllegalArgumentException("there is no operation of code " + code);
    }

    @Override
    public String toString() {
        return label;
    }
}
