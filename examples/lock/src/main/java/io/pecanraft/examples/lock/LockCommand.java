package io.pecanraft.examples.lock;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of the locks, and its form in the log.
 *
 * @param kind what to do
 * @param name which lock
 * @param owner who wants it, for people to read; for {@link Kind#ACQUIRE} only
 * @param token the token of the acquisition that is renewed or released; 0 for {@link Kind#ACQUIRE}
 * @param leaseMillis for how long from now; 0 for {@link Kind#RELEASE}
 */
record LockCommand(Kind kind, String name, String owner, long token, long leaseMillis) {

    /** Names of locks and owners, in characters. */
    static final int MAX_NAME = 128;

    static final Duration MAX_LEASE = Duration.ofDays(1);

    enum Kind {
        ACQUIRE,
        RENEW,
        RELEASE
    }

    LockCommand {
        if (name.isEmpty() || name.length() > MAX_NAME || owner.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "names of locks have 1 to " + MAX_NAME + " characters, and those of owners as many at most");
        }
        if (leaseMillis < (kind == Kind.RELEASE ? 0 : 1) || leaseMillis > MAX_LEASE.toMillis()) {
            throw new IllegalArgumentException(
                    "a lease is from 1 ms to " + MAX_LEASE.toMillis() + " ms long, got " + leaseMillis);
        }
    }

    static LockCommand acquire(String name, String owner, Duration lease) {
        return new LockCommand(Kind.ACQUIRE, name, owner, 0, lease.toMillis());
    }

    static LockCommand renew(String name, long token, Duration lease) {
        return new LockCommand(Kind.RENEW, name, "", token, lease.toMillis());
    }

    static LockCommand release(String name, long token) {
        return new LockCommand(Kind.RELEASE, name, "", token, 0);
    }

    ByteBuffer encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(kind.name());
            out.writeUTF(name);
            out.writeUTF(owner);
            out.writeLong(token);
            out.writeLong(leaseMillis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** The command in these bytes; empty when they are none. */
    static Optional<LockCommand> decode(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(copy))) {
            return Optional.of(new LockCommand(
                    Kind.valueOf(in.readUTF()), in.readUTF(), in.readUTF(), in.readLong(), in.readLong()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
