package io.pecanraft.runtime;

import io.pecanraft.RaftNode;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.StorageIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Log lines that say who speaks: fixed messages, with {@code node}, {@code group}, {@code term} and {@code role} as key-values
 * before the others. Not MDC, because several nodes may share a thread.
 *
 * <p>Lines are written where they arise, also on the raft thread. There are few of them, and a node whose output is blocked
 * had better fall silent towards its peers than lead on unseen. The logger is named after {@link RaftNode}.
 */
final class NodeLog {

    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

    private final StorageIdentity identity;
    private volatile long term;
    private volatile RaftRole role = RaftRole.FORMING;

    NodeLog(StorageIdentity identity) {
        this.identity = identity;
    }

    /** What lines are to say from now on. */
    void now(long currentTerm, RaftRole currentRole) {
        this.term = currentTerm;
        this.role = currentRole;
    }

    /** For changes of role, leader, configuration and snapshots: a healthy day has a handful. */
    LoggingEventBuilder info() {
        return at(Level.INFO);
    }

    /** For what an operator should look at. */
    LoggingEventBuilder warn() {
        return at(Level.WARN);
    }

    /** For the end of a node. */
    LoggingEventBuilder error() {
        return at(Level.ERROR);
    }

    /** For what helps to understand the protocol. */
    LoggingEventBuilder debug() {
        return at(Level.DEBUG);
    }

    private LoggingEventBuilder at(Level level) {
        LoggingEventBuilder line = LOG.atLevel(level);
        return LOG.isEnabledForLevel(level)
                ? line.addKeyValue("node", identity.node())
                        .addKeyValue("group", identity.group())
                        .addKeyValue("term", term)
                        .addKeyValue("role", role)
                : line;
    }
}
