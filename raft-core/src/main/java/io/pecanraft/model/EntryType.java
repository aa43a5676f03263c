package io.pecanraft.model;

/** What a log entry is for. The codes are part of the disk and wire formats and never change their meaning. */
public enum EntryType {
    /** A command for the state machine. */
    COMMAND(1),
    /** Empty; appended by a new leader so that it can commit what came before (§5.4.2, §8). */
    NO_OP(2),
    /** A configuration, encoded by {@link MembershipCodec} (§6). */
    MEMBERSHIP(3),
    /** An operation of a client session, encoded by {@link SessionEntry} (thesis §6.3). */
    SESSION(4),
    /** Empty; appended so that log time goes on while sessions are to expire and nobody proposes. */
    CLOCK(5);

    private final byte code;

    EntryType(int code) {
        this.code = (byte) code;
    }

    /** The byte that stands for this type on disk and on the wire. */
    public byte code() {
        return code;
    }

    /**
     * The type with this code.
     *
     * @throws IllegalArgumentException when this version knows no such type
     */
    public static EntryType fromCode(int code) {
        for (EntryType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown entry type " + code + ", written by a newer version?");
    }
}
