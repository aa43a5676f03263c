package io.pecanraft.runtime;

import io.pecanraft.RaftNode;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.StorageIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.spi.DefaultLoggingEventBuilder;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * Log lines that say who speaks: fixed messages, with {@code node}, {@code group}, {@code term} and {@code role} as key-values
 * before the others. Not MDC, because several nodes may share a thread.
 *
 * <p>A line says how things stood when it arose; it is written a little later, by {@link LogLines}. The logger is named after
 * {@link RaftNode}.
 */
final class NodeLog {

    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

    private final StorageIdentity identity;
    private final LogLines lines;
    private volatile long term;
    private volatile RaftRole role = RaftRole.FORMING;

    NodeLog(StorageIdentity identity, LogLines lines) {
        this.identity = identity;
        this.lines = lines;
        lines.onLost(count -> line(LOG.atWarn())
                .addKeyValue("count", count)
                .addKeyValue("reason", "the logger is too slow")
                .log("log lines were lost"));
    }

    /** What lines are to say from now on. */
    void now(long currentTerm, RaftRole currentRole) {
        this.term = currentTerm;
        this.role = currentRole;
    }

    /** How things stand, where the role did not change. */
    void now(long currentTerm) {
        this.term = currentTerm;
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
        if (LOG.isEnabledForLevel(level)) {
            return line(new LaterLine(level));
        }
        lines.skip();
        return NOPLoggingEventBuilder.singleton();
    }

    private LoggingEventBuilder line(LoggingEventBuilder begun) {
        return begun.addKeyValue("node", identity.node())
                .addKeyValue("group", identity.group())
                .addKeyValue("term", term)
                .addKeyValue("role", role);
    }

    /** A line that is handed over when it is complete. */
    private final class LaterLine extends DefaultLoggingEventBuilder {

        LaterLine(Level level) {
            super(LOG, level);
        }

        @Override
        protected void log(LoggingEvent complete) {
            lines.add(() -> super.log(complete));
        }
    }
}
