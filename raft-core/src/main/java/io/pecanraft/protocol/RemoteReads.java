package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Linearizable reads at a follower: ask the leader for a read index (thesis §6.4). All reads of a turn share a question. A read
 * never joins a question that was already sent, since the answer may speak of a moment before the read began.
 */
final class RemoteReads {

    /** Questions that may be unanswered at once; further reads are refused. An answer comes within a round trip. */
    static final int MAX_ASKED = 1_024;

    /** Reads that may share a question; further ones of the turn are refused. */
    static final int MAX_SHARING = 65_536;

    private static final class Question {
        final List<Long> requestIds;
        long sentNanos;

        Question(List<Long> requestIds, long sentNanos) {
            this.requestIds = requestIds;
            this.sentNanos = sentNanos;
        }
    }

    private final ServerState state;
    private final Map<Long, Question> asked = new LinkedHashMap<>();
    private List<Long> collecting = new ArrayList<>();

    RemoteReads(ServerState state) {
        this.state = state;
    }

    void add(long requestId) {
        if (asked.size() >= MAX_ASKED || collecting.size() >= MAX_SHARING) {
            state.out.add(new Effect.FailReads(List.of(requestId)));
            return;
        }
        collecting.add(requestId);
    }

    /** Asks for what was collected in this turn. */
    void flush(NodeId leader, long nowNanos) {
        if (!collecting.isEmpty()) {
            long id = state.nextRound();
            asked.put(id, new Question(collecting, nowNanos));
            collecting = new ArrayList<>();
            state.out.send(leader, new ReadIndex(state.nonce, id));
        }
    }

    /** Asks again what has waited for long. The leader answers such a question as of now, which is later and so still right. */
    void resend(NodeId leader, long nowNanos, long olderThanNanos) {
        asked.forEach((id, question) -> {
            if (nowNanos - question.sentNanos >= olderThanNanos) {
                question.sentNanos = nowNanos;
                state.out.send(leader, new ReadIndex(state.nonce, id));
            }
        });
    }

    void answered(ReadIndexResponse response) {
        if (response.nonce() != state.nonce) {
            return; // to an earlier life of this server
        }
        Question question = asked.remove(response.requestId());
        if (question == null) {
            return;
        }
        state.out.add(
                response.confirmed()
                        ? new Effect.ServeReads(response.readIndex(), List.copyOf(question.requestIds))
                        : new Effect.FailReads(List.copyOf(question.requestIds)));
    }

    /** There is no leader to answer any more. */
    void failAll() {
        List<Long> all = new ArrayList<>();
        asked.values().forEach(question -> all.addAll(question.requestIds));
        all.addAll(collecting);
        asked.clear();
        collecting = new ArrayList<>();
        if (!all.isEmpty()) {
            state.out.add(new Effect.FailReads(List.copyOf(all)));
        }
    }
}
