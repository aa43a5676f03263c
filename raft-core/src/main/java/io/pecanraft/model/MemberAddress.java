package io.pecanraft.model;

/**
 * A server's name and where its transport finds it, as an operator writes them into a bootstrap list.
 *
 * @param node the name
 * @param address opaque to the core; the Netty transport expects {@code host:port}; 1 to 255 characters
 */
public record MemberAddress(NodeId node, String address) {

    /** The greatest length of an address in characters. */
    public static final int MAX_ADDRESS_LENGTH = 255;

    /** Checks the length. */
    public MemberAddress {
        if (address.isEmpty() || address.length() > MAX_ADDRESS_LENGTH) {
            throw new IllegalArgumentException("address of " + node + " must be 1 to " + MAX_ADDRESS_LENGTH
                    + " characters, got " + address.length());
        }
    }

    @Override
    public String toString() {
        return node + "=" + address;
    }
}
