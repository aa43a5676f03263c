package io.pecanraft.model;

/** What a server is at the moment (Figure 4, with the additions of thesis §9.6 and of formation). */
public enum RaftRole {
    /** Has not yet agreed with all bootstrap members on the first configuration: neither votes nor follows. */
    FORMING,
    /** Follows the leader of its term, or waits for one. */
    FOLLOWER,
    /** Asks whether an election could be won, without raising the term (PreVote, thesis §9.6). */
    PRE_CANDIDATE,
    /** Asks for votes in its own term (§5.2). */
    CANDIDATE,
    /** Leads its term. */
    LEADER
}
