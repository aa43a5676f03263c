package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which commands of the committed log take effect: the rules of thesis §6.3 once more, without any of the library's care for
 * memory, batches and snapshots. A session's command takes effect once, in a session that is open and has not expired by the
 * time of the log, and only within its window.
 */
final class SessionRules {

    private static final class Session {
        private final SessionLimits limits;
        private long lastActiveMillis;
        private long firstOutstanding = 1;
        private final Set<Long> applied = new HashSet<>();

        private Session(SessionLimits limits, long openedMillis) {
            this.limits = limits;
            this.lastActiveMillis = openedMillis;
        }
    }

    private final Map<Long, Session> sessions = new HashMap<>();
    private long opened;
    private long expired;
    private long repeats;

    /** The command that must be applied for this entry, in the order of the log; null when none must be. */
    @Nullable
    ByteBuffer commandOf(LogEntry entry) {
        expire(entry.timestampMillis());
        if (entry.type() == EntryType.COMMAND) {
            return entry.payload();
        }
        if (entry.type() != EntryType.SESSION) {
            return null;
        }
        SessionEntry operation = SessionEntry.decode(entry.payload());
        if (operation instanceof SessionEntry.Open open) {
            if (sessions.size() < open.limits().maxSessions()) {
                sessions.put(entry.index(), new Session(open.limits(), entry.timestampMillis()));
                opened++;
            }
        } else if (operation instanceof SessionEntry.Close close) {
            sessions.remove(close.session());
        } else if (operation instanceof SessionEntry.KeepAlive keepAlive) {
            touch(entry, keepAlive.session(), keepAlive.firstOutstanding());
        } else if (operation instanceof SessionEntry.Command command) {
            Session session = touch(entry, command.session(), command.firstOutstanding());
            return session != null && isFirst(session, command.sequence()) ? command.payload() : null;
        }
        return null;
    }

    private void expire(long timestampMillis) {
        int before = sessions.size();
        sessions.values()
                .removeIf(session -> session.lastActiveMillis + session.limits.timeoutMillis() <= timestampMillis);
        expired += before - sessions.size();
    }

    private @Nullable Session touch(LogEntry entry, long id, long firstOutstanding) {
        Session session = sessions.get(id);
        if (session != null) {
            session.lastActiveMillis = entry.timestampMillis();
            session.firstOutstanding = Math.max(session.firstOutstanding, firstOutstanding);
        }
        return session;
    }

    private boolean isFirst(Session session, long sequence) {
        if (sequence < session.firstOutstanding
                || sequence - session.firstOutstanding >= session.limits.maxOutstanding()) {
            return false;
        }
        boolean first = session.applied.add(sequence);
        repeats += first ? 0 : 1;
        return first;
    }

    long opened() {
        return opened;
    }

    long expired() {
        return expired;
    }

    /** Copies of commands that were applied before and whose client still waited. */
    long repeats() {
        return repeats;
    }
}
