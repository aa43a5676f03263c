package io.pecanraft.examples.lock;

/** A lock was not granted, or is not held any more. Nothing was changed. */
public final class LockRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient LockReply reply;

    LockRefusedException(String name, LockReply reply) {
        super("lock " + name + ": " + reply);
        this.reply = reply;
    }

    /** Why: with {@link LockReply.Verdict#HELD}, who has it and for how long at the most unless they renew it. */
    public LockReply reply() {
        return reply;
    }
}
