package io.pecanraft.model;

/**
 * What a bootstrap member remembers of the cluster's formation. The first complete map of members to incarnations is made
 * durable and never replaced; the cluster exists once every member has confirmed the identical map.
 *
 * @param membership the agreed first configuration, at log index 0
 * @param formed whether every member is known to have made the same map durable
 */
public record FormationRecord(Membership membership, boolean formed) {

    /** Checks that this is a first configuration. */
    public FormationRecord {
        if (membership.logIndex() != 0 || membership.isJoint()) {
            throw new IllegalArgumentException("a formation record holds a plain configuration at index 0");
        }
    }
}
