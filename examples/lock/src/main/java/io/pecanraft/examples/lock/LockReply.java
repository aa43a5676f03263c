package io.pecanraft.examples.lock;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * What became of a command, or how a lock stands.
 *
 * @param verdict what became of it
 * @param token the fencing token of who holds the lock; 0 where nobody does
 * @param owner who that is
 * @param remainingMillis how much of the lease is left, by the time of the log
 */
public record LockReply(Verdict verdict, long token, String owner, long remainingMillis) {

    /** What became of a command, or how a lock stands. */
    public enum Verdict {
        /** Acquired, or renewed. */
        GRANTED,
        /** Somebody holds it. */
        HELD,
        /** Nobody holds it. */
        FREE,
        /** To be renewed or released, but that acquisition has ended: its lease was over, or it was released. */
        LOST,
        /** As many locks are held as there may be. */
        FULL,
        /** Not a command. */
        MALFORMED
    }

    static LockReply of(Verdict verdict) {
        return new LockReply(verdict, 0, "", 0);
    }

    ByteBuffer encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(verdict.name());
            out.writeLong(token);
            out.writeUTF(owner);
            out.writeLong(remainingMillis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    static LockReply decode(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(copy))) {
            return new LockReply(Verdict.valueOf(in.readUTF()), in.readLong(), in.readUTF(), in.readLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
