package io.pecanraft.model;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The name of a server, chosen by the operator. Not an address, and not an identity by itself: see {@link MemberId}.
 *
 * @param value 1 to 64 bytes of letters, digits, dot, underscore and hyphen
 */
public record NodeId(String value) implements Comparable<NodeId> {

    /** The greatest length of a name in bytes. */
    public static final int MAX_BYTES = 64;

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]+");

    /** Checks the length and the characters. */
    public NodeId {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_BYTES || !ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("node id must be 1 to " + MAX_BYTES
                    + " bytes of letters, digits, '.', '_' and '-', got '" + value + "' (" + bytes + " bytes)");
        }
    }

    /** The node id with this name. */
    public static NodeId of(String value) {
        return new NodeId(value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
