package io.pecanraft.model;

/**
 * A member of a configuration.
 *
 * @param id the name and storage incarnation
 * @param address opaque to the core; see {@link MemberAddress}
 */
public record Member(MemberId id, String address) {

    /** Checks the address as {@link MemberAddress} does. */
    public Member {
        new MemberAddress(id.node(), address);
    }

    /** The member's name. */
    public NodeId node() {
        return id.node();
    }
}
