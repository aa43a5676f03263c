package io.pecanraft.runtime;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The client sessions (thesis §6.3): applies each command of a session once, however often it is in the log. Part of the
 * replicated state; a function of the log alone.
 *
 * <p>It works in two steps around the state machine. {@link #before} decides, entry by entry, what the state machine is to see;
 * {@link #after} keeps the replies and gives the answers. What is decided never depends on the replies that are kept, and the
 * replies are kept and dropped entry by entry, as if every entry had a batch of its own: where one batch ends and the next
 * begins must not show (A05), and may differ from server to server. For the same reason expiry comes first: an entry stamped at
 * or after a session's end finds that session gone, whether or not an earlier entry of the batch could have removed it.
 *
 * <p>Apply lane.
 */
final class SessionTable {

    static final long NEVER = Long.MAX_VALUE;

    private static final int SLACK = 1_024;

    /** A session and when it may expire, as of when that was noted; it may live longer by now, and never shorter. */
    private record Expiry(long atMillis, long session) {}

    private final Map<Long, Session> sessions = new TreeMap<>();
    private final PriorityQueue<Expiry> expiries =
            new PriorityQueue<>(Comparator.comparingLong(Expiry::atMillis).thenComparingLong(Expiry::session));
    private final ReplyCache replies = new ReplyCache();

    // ---- around the state machine

    /** Decides what the state machine is to see of a batch. */
    void before(CommittedBatch batch) {
        List<LogEntry> entries = batch.entries();
        for (int i = 0; i < entries.size(); i++) {
            SessionStep step = take(entries.get(i));
            if (step != null) {
                batch.step(i, step);
            }
        }
    }

    /** Keeps the replies of a batch that was applied, and says what became of its session entries. */
    void after(CommittedBatch batch) {
        for (int i = 0; i < batch.entries().size(); i++) {
            SessionStep step = batch.step(i);
            if (step != null) {
                finish(batch, i, step);
            }
        }
    }

    private void finish(CommittedBatch batch, int position, SessionStep step) {
        step.forgotten().forEach(replies::forget);
        if (step.totalReplyBytes() >= 0) {
            replies.limit(step.totalReplyBytes());
        }
        SessionStep.Fresh command = step.command();
        if (command != null) {
            long index = batch.entries().get(position).index();
            ByteBuffer reply = batch.replyTo(position);
            if (!batch.isSkipped(position)) {
                // What the state machine had applied before a restart replied then, to nobody who is left (K18).
                replies.keep(command.info().sessionId(), index, reply, command.maxReplyBytes());
            }
            batch.answer(position, SessionReply.done(index, reply));
        } else if (step.original() > 0) {
            ByteBuffer kept = replies.get(step.original());
            batch.answer(
                    position,
                    kept == null
                            ? SessionReply.refusal(SessionReply.Status.REPLY_LOST, step.original())
                            : SessionReply.done(step.original(), kept));
        } else if (step.answer() != null) {
            batch.answer(position, step.answer());
        }
    }

    // ---- one entry

    private @Nullable SessionStep take(LogEntry entry) {
        List<Long> forgotten = expire(entry.timestampMillis());
        if (entry.type() != EntryType.SESSION) {
            return forgotten.isEmpty() ? null : SessionStep.forget(forgotten);
        }
        SessionEntry operation = SessionEntry.decode(entry.payload());
        if (operation instanceof SessionEntry.Command command) {
            return command(entry, command, forgotten);
        } else if (operation instanceof SessionEntry.KeepAlive keepAlive) {
            return keepAlive(entry, keepAlive, forgotten);
        } else if (operation instanceof SessionEntry.Open open) {
            return open(entry, open.limits(), forgotten);
        } else if (operation instanceof SessionEntry.Close close) {
            forget(close.session(), forgotten);
            return SessionStep.answer(SessionReply.done(entry.index(), null), forgotten);
        }
        throw new IllegalStateException("no such session entry: " + operation);
    }

    private SessionStep command(LogEntry entry, SessionEntry.Command command, List<Long> forgotten) {
        Session session = sessions.get(command.session());
        if (session == null) {
            // A06: of a session that is not there nothing is applied.
            return SessionStep.answer(SessionReply.refusal(SessionReply.Status.EXPIRED, 0), forgotten);
        }
        session.lastActiveMillis = entry.timestampMillis();
        session.advanceTo(command.firstOutstanding(), forgotten);
        Long original = session.appliedAt(command.sequence());
        if (original != null) {
            return SessionStep.repeat(original, forgotten);
        }
        // K13: below the first outstanding sequence it is not known any more what was applied, so nothing ever is.
        if (!session.takes(command.sequence())) {
            return SessionStep.answer(
                    SessionReply.refusal(SessionReply.Status.OUT_OF_WINDOW, session.firstOutstanding()), forgotten);
        }
        session.apply(command.sequence(), entry.index());
        return SessionStep.apply(
                new SessionStep.Fresh(
                        new SessionInfo(session.id, command.sequence()), command.payload(), session.maxReplyBytes),
                forgotten);
    }

    private SessionStep keepAlive(LogEntry entry, SessionEntry.KeepAlive keepAlive, List<Long> forgotten) {
        Session session = sessions.get(keepAlive.session());
        if (session == null) {
            return SessionStep.answer(SessionReply.refusal(SessionReply.Status.EXPIRED, 0), forgotten);
        }
        session.lastActiveMillis = entry.timestampMillis();
        session.advanceTo(keepAlive.firstOutstanding(), forgotten);
        return SessionStep.answer(SessionReply.done(entry.index(), null), forgotten);
    }

    private SessionStep open(LogEntry entry, SessionLimits limits, List<Long> forgotten) {
        if (sessions.size() >= limits.maxSessions()) {
            return SessionStep.answer(
                    SessionReply.refusal(SessionReply.Status.TOO_MANY_SESSIONS, limits.maxSessions()), forgotten);
        }
        Session session = new Session(
                entry.index(),
                limits.timeoutMillis(),
                limits.maxOutstanding(),
                limits.maxReplyBytes(),
                entry.timestampMillis());
        add(session);
        ByteBuffer grant = ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(limits.timeoutMillis())
                .putInt(limits.maxOutstanding())
                .flip();
        return SessionStep.opened(SessionReply.done(entry.index(), grant), forgotten, limits.maxTotalReplyBytes());
    }

    // ---- expiry, by the time of the log alone (K10)

    private List<Long> expire(long timestampMillis) {
        List<Long> forgotten = new ArrayList<>(0);
        while (nextExpiryMillis() <= timestampMillis) {
            forget(expiries.remove().session(), forgotten);
        }
        return forgotten;
    }

    /** The log time at which the next session expires unless it gives a sign of life; {@link #NEVER} without sessions. */
    long nextExpiryMillis() {
        Expiry next = expiries.peek();
        while (next != null) {
            Session session = sessions.get(next.session());
            if (session != null && session.expiresAtMillis() == next.atMillis()) {
                return next.atMillis();
            }
            expiries.remove();
            if (session != null) {
                expiries.add(new Expiry(session.expiresAtMillis(), session.id));
            }
            next = expiries.peek();
        }
        return NEVER;
    }

    private void add(Session session) {
        sessions.put(session.id, session);
        expiries.add(new Expiry(session.expiresAtMillis(), session.id));
        if (expiries.size() > 2 * sessions.size() + SLACK) {
            // What was closed before its time would otherwise be remembered until then.
            expiries.clear();
            sessions.values().forEach(each -> expiries.add(new Expiry(each.expiresAtMillis(), each.id)));
        }
    }

    private void forget(long id, List<Long> forgotten) {
        Session session = sessions.remove(id);
        if (session != null) {
            forgotten.addAll(session.indexes());
        }
    }

    // ---- snapshots

    int size() {
        return sessions.size();
    }

    /** How many expiries are noted, those of sessions that are gone included. */
    int remembered() {
        return expiries.size();
    }

    long replyBytes() {
        return replies.bytes();
    }

    /** The table as it is between two batches; later entries do not change it (K22). */
    SessionsImage freeze() {
        return SessionsImage.of(sessions.values(), replies);
    }

    /** Replaces the whole table. */
    void restore(SessionsImage image) {
        sessions.clear();
        expiries.clear();
        replies.clear();
        replies.limit(image.totalReplyBytes());
        image.sessions().forEach(this::add);
        image.replies().forEach(kept -> replies.keep(kept.session(), kept.index(), kept.reply(), NEVER));
    }
}
