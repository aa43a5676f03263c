package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives members whose logs are damaged what they had, where this log holds the entry that theirs had ended with (K21, ADR 12).
 *
 * <p>By Log Matching (§5.3) that entry determines all before it. So it does not matter what is committed, which term this is, whether this log is
 * damaged itself further on, or an earlier state of what it was: that was a log as well. Who does not hold it says nothing, for its entries
 * may be others.
 */
final class RefillSource {

    private final ServerState state;

    /** What members have asked for in this turn, one question each. */
    private final Map<MemberId, Refill> questions = new TreeMap<>();

    /** Reads from the log that are under way, one for each who asks, and the question. */
    private final Map<MemberId, Read> reads = new TreeMap<>();

    private record Read(long token, Refill question) {}

    RefillSource(ServerState state) {
        this.state = state;
    }

    /** A member asks. Others are not told what clients wrote. */
    void asked(MemberId from, Refill question) {
        if (state.membership.isKnown() && state.membership.inForce().contains(from) && !reads.containsKey(from)) {
            questions.put(from, question);
        }
    }

    /** After all inputs of a turn, since a later one may replace what an earlier one asks for: nobody reads what is being replaced. */
    void flush() {
        questions.forEach((from, question) -> {
            if (canAnswer(question)) {
                fetch(from, question);
            }
        });
        questions.clear();
    }

    private void fetch(MemberId from, Refill question) {
        long first = question.last().index() + 1;
        long through = question.held().index();
        if (state.log.inMemory(first)) {
            answer(
                    from,
                    question,
                    state.log.slice(
                            first, through, state.settings.maxAppendEntries(), state.settings.maxAppendBytes()));
            return;
        }
        long token = state.nextToken();
        reads.put(from, new Read(token, question));
        long end = Math.min(Math.min(through + 1, state.log.inMemoryFrom()), first + state.settings.maxAppendEntries());
        state.out.add(new Effect.ReadLog(token, first, end, state.settings.maxAppendBytes()));
    }

    /** Takes entries that were read for this. Returns whether the token was ours. */
    boolean logRead(long token, List<LogEntry> entries) {
        for (Map.Entry<MemberId, Read> read : reads.entrySet()) {
            if (read.getValue().token() == token) {
                Refill question = read.getValue().question();
                reads.remove(read.getKey());
                // A leader may have replaced or a snapshot covered them meanwhile.
                if (!entries.isEmpty() && canAnswer(question) && areStillHere(entries)) {
                    answer(read.getKey(), question, entries);
                }
                return true;
            }
        }
        return false;
    }

    private boolean canAnswer(Refill question) {
        return state.log.matches(question.held()) && state.log.matches(question.last());
    }

    private boolean areStillHere(List<LogEntry> entries) {
        EntryId last = entries.get(entries.size() - 1).id();
        return state.log.matches(last);
    }

    private void answer(MemberId to, Refill question, List<LogEntry> entries) {
        state.out.send(to.node(), new RefillResponse(question.held(), question.last(), entries));
    }
}
