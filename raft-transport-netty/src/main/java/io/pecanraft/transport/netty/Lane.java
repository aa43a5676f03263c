package io.pecanraft.transport.netty;

import io.pecanraft.model.RaftMessage;

/** One of the two connections by which a server speaks to a peer, so that heartbeats never queue behind entries. */
enum Lane {
    /** Elections, heartbeats, answers: small, and late ones cost a leader its office. */
    CONSENSUS,
    /** Entries, snapshot chunks, forwarded commands and replies. */
    BULK;

    static Lane of(RaftMessage message) {
        return message.bulk() ? BULK : CONSENSUS;
    }

    /** As in log lines. */
    String label() {
        return this == CONSENSUS ? "consensus" : "bulk";
    }
}
