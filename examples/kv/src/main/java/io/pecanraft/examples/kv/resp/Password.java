package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What clients have to know. Kept as a digest, and compared in a time that depends neither on how much of an attempt is right nor on how
 * long the password is.
 */
public final class Password {

    /** The longest one, in bytes. */
    public static final int MAX_BYTES = 1024;

    private final byte[] digest;

    private Password(byte[] digest) {
        this.digest = digest;
    }

    /**
     * A password.
     *
     * @throws IllegalArgumentException when it is empty or longer than {@link #MAX_BYTES}
     */
    public static Password of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a password has 1 to " + MAX_BYTES + " bytes, this one has " + bytes.length);
        }
        return new Password(sha256(bytes));
    }

    /** Whether an attempt is right. */
    public boolean matches(Bytes attempt) {
        return MessageDigest.isEqual(digest, sha256(attempt.toArray()));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Says nothing about it. */
    @Override
    public String toString() {
        return "(a password)";
    }
}
