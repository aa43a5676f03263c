package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import org.junit.jupiter.api.Test;

/**
 * L08: reads whose callers have given up stay in the protocol until they are confirmed or leadership ends. However long that
 * takes, they are bounded in number.
 */
class ReadLimitsTest {

    @Test
    void aLeaderThatIsCutOffHoldsABoundedNumberOfReads() {
        Script script = Script.withLog(3, 1).wins(2);
        // None is confirmed, because no entry of its term is committed yet: all of them wait for one round.
        script.server.turn(raft -> {
            for (long request = 1; request <= ReadQueue.MAX_WAITING + 2; request++) {
                raft.requestRead(request, script.now);
            }
        });
        assertThat(script.server.failedReads).containsExactly(ReadQueue.MAX_WAITING + 1L, ReadQueue.MAX_WAITING + 2L);

        script.acks(2, 2).echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).hasSize(ReadQueue.MAX_WAITING);
        script.server.read(7);
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).hasSize(ReadQueue.MAX_WAITING).containsKey(7L);
    }

    /** The limit holds over all rounds that are under way, not for each. */
    @Test
    void aLeaderThatNobodyAnswersHoldsABoundedNumberOfReadsInAllItsRounds() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2);
        int half = ReadQueue.MAX_WAITING / 2 + 1;
        for (int round = 0; round < 2; round++) {
            long first = (long) round * half + 1;
            script.server.turn(raft -> {
                for (long request = first; request < first + half; request++) {
                    raft.requestRead(request, script.now);
                }
            });
        }
        assertThat(script.server.failedReads).hasSize(2);

        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).hasSize(ReadQueue.MAX_WAITING);
    }

    @Test
    void aLeaderRefusesTheQuestionsOfFollowersBeyondItsLimit() {
        Script script = Script.withLog(3, 1).wins(2);
        script.server.turn(raft -> {
            for (long question = 1; question <= ReadQueue.MAX_WAITING; question++) {
                raft.step(Entries.member(3), new ReadIndex(5, question), script.now);
            }
        });
        script.forgetWhatWasSaid().hears(3, new ReadIndex(5, ReadQueue.MAX_WAITING + 1L));
        assertThat(script.said(ReadIndexResponse.class))
                .containsExactly(new ReadIndexResponse(5, ReadQueue.MAX_WAITING + 1L, false, 0));

        script.forgetWhatWasSaid()
                .acks(2, 2)
                .echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.said(ReadIndexResponse.class)).hasSize(ReadQueue.MAX_WAITING);
        script.forgetWhatWasSaid().hears(3, new ReadIndex(5, ReadQueue.MAX_WAITING + 2L));
        assertThat(script.said(ReadIndexResponse.class)).isEmpty();
    }

    /** Each turn has a question of its own, and the leader does not answer. */
    @Test
    void aFollowerKeepsABoundedNumberOfQuestionsAndOfReadsThatShareOne() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        for (long request = 1; request <= RemoteReads.MAX_ASKED; request++) {
            script.server.read(request);
        }
        assertThat(script.server.failedReads).isEmpty();
        script.server.read(RemoteReads.MAX_ASKED + 1L);
        assertThat(script.server.failedReads).containsExactly(RemoteReads.MAX_ASKED + 1L);

        Script sharing = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        sharing.server.turn(raft -> {
            for (long request = 1; request <= RemoteReads.MAX_SHARING + 1; request++) {
                raft.requestRead(request, sharing.now);
            }
        });
        assertThat(sharing.server.failedReads).containsExactly(RemoteReads.MAX_SHARING + 1L);
        ReadIndex question = sharing.last(ReadIndex.class);
        sharing.hears(2, new ReadIndexResponse(question.nonce(), question.requestId(), true, 1));
        assertThat(sharing.server.served).hasSize(RemoteReads.MAX_SHARING);
    }
}
