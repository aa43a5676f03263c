package io.pecanraft.testkit.check;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException;
import io.pecanraft.ReplyLostException;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.sim.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients proposed in sessions and were told, where every command may be in the log many times: it takes effect at most
 * once, exactly once when it was acknowledged, and never when it was called not done (I11).
 */
public final class SessionLedger {

    /** Numbers of commands in sessions begin here, away from those of {@link Operations}. */
    private static final long FIRST_ID = 1L << 40;

    private static final class Proposed {
        private final long id;
        private Operations.State state = Operations.State.OPEN;
        private long appliedAt;

        private Proposed(long id) {
            this.id = id;
        }

        @Override
        public String toString() {
            return "session command " + (id - FIRST_ID);
        }
    }

    private final Verdict verdict;
    private final CommittedLog committed;
    private final List<Proposed> all = new ArrayList<>();
    private int open;
    private long lostReplies;

    SessionLedger(Verdict verdict, CommittedLog committed) {
        this.verdict = verdict;
        this.committed = committed;
        committed.listen(this::committed);
    }

    /** A client proposes a command; the result is its number, to be wrapped around it. */
    public long begin() {
        Proposed proposed = new Proposed(FIRST_ID + all.size());
        all.add(proposed);
        open++;
        return proposed.id;
    }

    private void committed(LogEntry entry) {
        if (entry.type() != EntryType.SESSION) {
            return;
        }
        committed.command(entry.index()).ifPresent(command -> {
            Proposed proposed = proposed(Operations.idOf(command));
            if (proposed.appliedAt != 0) {
                verdict.fail(
                        "exactly-once",
                        proposed + " takes effect at " + proposed.appliedAt + " and again at " + entry.index());
            }
            proposed.appliedAt = entry.index();
            if (proposed.state == Operations.State.NOT_DONE) {
                verdict.fail(
                        "not-done-is-final",
                        proposed + " was refused for certain, but takes effect at " + entry.index());
            }
        });
    }

    /** A command was acknowledged. */
    public void acknowledged(long id, ProposalResult result) {
        Proposed proposed = answered(id, Operations.State.ACKNOWLEDGED);
        if (proposed.appliedAt != result.index()) {
            verdict.fail(
                    "exactly-once",
                    proposed + " was acknowledged at " + result.index() + ", but took effect at " + proposed.appliedAt
                            + " (0: not at all)");
        }
    }

    /** A command failed. */
    public void failed(long id, Throwable failure) {
        if (!(failure instanceof RaftException typed)) {
            verdict.fail("typed-errors", proposed(id) + " failed with " + failure, failure);
            return;
        }
        boolean notDone = typed.outcome() == RaftException.Outcome.NOT_DONE;
        Proposed proposed = answered(id, notDone ? Operations.State.NOT_DONE : Operations.State.UNKNOWN);
        if (notDone && proposed.appliedAt != 0) {
            verdict.fail(
                    "not-done-is-final",
                    proposed + " was refused for certain (" + failure + "), but took effect at " + proposed.appliedAt);
        }
        if (typed instanceof ReplyLostException lost) {
            lostReplies++;
            if (lost.index() != proposed.appliedAt) {
                verdict.fail(
                        "exactly-once", proposed + " took effect at " + proposed.appliedAt + ", not as in " + lost);
            }
        }
    }

    /** How many commands are not answered. */
    public int open() {
        return open;
    }

    /** How often what happened. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (Operations.State state : Operations.State.values()) {
            counts.put(
                    "session commands " + state,
                    all.stream().filter(each -> each.state == state).count());
        }
        counts.put(
                "session commands repeated in the log", committed.sessionRules().repeats());
        counts.put("sessions opened", committed.sessionRules().opened());
        counts.put("sessions expired", committed.sessionRules().expired());
        counts.put("session replies lost", lostReplies);
        return counts;
    }

    private Proposed answered(long id, Operations.State state) {
        Proposed proposed = proposed(id);
        if (proposed.state != Operations.State.OPEN) {
            verdict.fail("one-answer", proposed + " was answered twice: " + proposed.state + " and " + state);
        }
        proposed.state = state;
        open--;
        return proposed;
    }

    private Proposed proposed(long id) {
        return all.get((int) (id - FIRST_ID));
    }
}
