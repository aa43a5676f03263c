package io.pecanraft.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The identity of a cluster, 128 bits, checked on every connection and in every file, so that servers of different
 * clusters never mix by a wrong address or a copied directory.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record ClusterId(long high, long low) {

    /** The id derived from a name: the first 128 bits of its SHA-256. */
    public static ClusterId fromName(String name) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
            return new ClusterId(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every Java platform", e);
        }
    }

    /**
     * The id derived from a bootstrap list: the same on every server that was given the same names and addresses, in
     * whatever order.
     */
    public static ClusterId fromBootstrap(Collection<MemberAddress> bootstrap) {
        return fromName(bootstrap.stream()
                .map(member -> member.node().value() + "=" + member.address())
                .sorted()
                .collect(Collectors.joining(",")));
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
