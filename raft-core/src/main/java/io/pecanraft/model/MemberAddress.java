package io.pecanraft.model;

import java.util.ArrayList;
import java.util.List;

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

    /**
     * Reads a list such as {@code n1=host1:7000,n2=host2:7000}, as a configuration file or a command line has it.
     *
     * @throws IllegalArgumentException when a part is no name and address, or a name comes twice; the message quotes it
     */
    public static List<MemberAddress> parseList(String text) {
        List<MemberAddress> members = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "expected name=address, separated by commas, got \"" + part + "\" in \"" + text + '"');
            }
            NodeId node = NodeId.of(part.substring(0, equals).strip());
            if (members.stream().anyMatch(member -> member.node().equals(node))) {
                throw new IllegalArgumentException(node + " is there twice in \"" + text + '"');
            }
            members.add(new MemberAddress(node, part.substring(equals + 1).strip()));
        }
        return List.copyOf(members);
    }

    @Override
    public String toString() {
        return node + "=" + address;
    }
}
