package io.pecanraft.examples.kv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.LeadershipLostException;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.OverloadedException;
import io.pecanraft.QueryFailedException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Limits;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.Result;
import io.pecanraft.examples.kv.store.ResultCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Operations of one connection: their order, their batches, and how long they are held. In virtual time. */
class OperationPipelineTest {

    private static final Duration HOLD = Duration.ofSeconds(5);

    private final ScriptedNode node = new ScriptedNode();
    private final VirtualThread thread = new VirtualThread();
    private final List<String> answers = new ArrayList<>();
    private FormatGate.Verdict gate = new FormatGate.Open();
    private boolean mayStart = true;
    private int batchesEnded;
    private OperationPipeline pipeline = withBatchesUpTo(1_000_000);

    private OperationPipeline withBatchesUpTo(int bytes) {
        return new OperationPipeline(
                node,
                thread,
                format -> format == 1 ? new FormatGate.Open() : gate,
                new HoldPolicy(HOLD),
                new Random(1),
                8,
                bytes,
                () -> mayStart,
                () -> batchesEnded++);
    }

    @Test
    void whatArrivesTogetherIsOneCommandAndIsAnsweredInOrder() {
        submit(set("a", "1"));
        submit(set("b", "2"));
        submit(incr("a"));
        pump();

        assertThat(node.calls()).containsExactly("propose");
        assertThat(answers).containsExactly("Done[]", "Done[]", "2");
        assertThat(batchesEnded).isEqualTo(1);
    }

    /** Or the node would refuse them all, each of which it takes. */
    @Test
    void aBatchIsNoLongerThanItMayBeButForOneOfASingleOperation() {
        Operation small = set("a", "1");
        pipeline = withBatchesUpTo(OperationCodec.VERSION_BYTES + 2 * OperationCodec.size(small));
        submit(small);
        submit(small);
        submit(small);
        submit(set("b", "1".repeat(100)));
        submit(small);
        pump();

        assertThat(node.calls()).hasSize(4).containsOnly("propose");
        assertThat(answers).hasSize(5).containsOnly("Done[]");
    }

    @Test
    void readsAloneAreAQuery() {
        submit(get("a"));
        submit(get("b"));
        pump();

        assertThat(node.calls()).containsExactly("read");
        assertThat(answers).containsExactly("Absent[]", "Absent[]");
    }

    @Test
    void aReadBehindAWriteSeesItAndNoLaterOne() {
        submit(set("k", "1"));
        submit(get("k"));
        submit(set("k", "2"));
        submit(get("k"));
        pump();

        assertThat(node.calls()).containsExactly("propose");
        assertThat(answers).containsExactly("Done[]", "\"1\"", "Done[]", "\"2\"");
    }

    @Test
    void aWriteBehindReadsWaitsForThem() {
        submit(get("k"));
        submit(set("k", "1"));
        pump();

        assertThat(node.calls()).containsExactly("read", "propose");
        assertThat(answers).containsExactly("Absent[]", "Done[]");
    }

    @Test
    void oneBatchIsUnderWayAtATimeAndTheNextTakesAllThatCameMeanwhile() {
        node.keep();
        submit(set("k", "1"));
        pump();
        submit(set("k", "2"));
        pump();
        submit(set("k", "3"));
        pump();
        assertThat(node.calls()).hasSize(1);

        node.release();
        thread.run();
        assertThat(node.calls()).hasSize(2);
        assertThat(answers).hasSize(3);
    }

    @Test
    void aBatchHoldsNoMoreThanItMay() {
        for (int i = 0; i < 20; i++) {
            submit(set("k" + i, "v"));
        }
        pump();
        assertThat(node.calls()).hasSize(3);
        assertThat(answers).hasSize(20);
    }

    @Test
    void nothingStartsWhileTheClientDoesNotTakeItsReplies() {
        mayStart = false;
        submit(get("k"));
        pump();
        assertThat(node.calls()).isEmpty();

        mayStart = true;
        pump();
        assertThat(answers).containsExactly("Absent[]");
    }

    @Test
    void operationsLeftAloneBecauseResultsGrewGoAgainInOrder() {
        Bytes large = Bytes.wrap(new byte[Limits.MAX_VALUE_BYTES - 1_000]);
        pipeline.submit(new Operation.Set(Bytes.of("large"), large, Condition.ALWAYS, false), this::answered);
        submit(get("large"));
        submit(get("large"));
        submit(set("after", "1"));
        submit(get("after"));
        pump();

        assertThat(node.calls()).containsExactly("propose", "read", "read", "propose");
        assertThat(answers).hasSize(5).startsWith("Done[]").endsWith("Done[]", "\"1\"");
    }

    @Test
    void aRequestIsHeldThroughAnElection() {
        node.failNext(notLeader(), notLeader(), notLeader(), new OverloadedException("maxUncommittedEntries", 1));
        submit(set("k", "1"));
        pump();
        assertThat(answers).isEmpty();

        thread.advance(Duration.ofSeconds(1));
        assertThat(answers).containsExactly("Done[]");
        assertThat(node.calls()).hasSize(5);
    }

    @Test
    void isGivenUpAfterTheHoldAndNotMuchEarlier() {
        node.failAlways(notLeader());
        submit(set("k", "1"));
        submit(get("k"));
        pump();
        thread.advance(HOLD.minusMillis(400));
        assertThat(answers).isEmpty();

        thread.advance(Duration.ofMillis(400));
        assertThat(answers)
                .hasSize(2)
                .allSatisfy(answer -> assertThat(answer)
                        .matches("CLUSTERDOWN not done, held for (4[6-9]\\d\\d|5000) ms: .*")
                        .contains("no leader"));
        assertThat(node.calls()).hasSizeBetween(30, 100);
    }

    @Test
    void whatWaitedBehindAHeldRequestIsNotHeldAnewFromThere() {
        node.failAlways(notLeader());
        submit(set("k", "1"));
        pump();
        thread.advance(Duration.ofSeconds(2));
        submit(set("k", "2"));
        pump();
        thread.advance(Duration.ofSeconds(3));
        assertThat(answers).hasSize(1);

        node.recover();
        thread.advance(Duration.ofSeconds(1));
        assertThat(answers).hasSize(2).last().isEqualTo("Done[]");
    }

    @Test
    void neverHoldsLongerThanTheHold() {
        node.failAlways(notLeader());
        List<Duration> waited = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Duration arrival = thread.elapsed();
            pipeline.submit(set("k", "v"), result -> waited.add(thread.elapsed().minus(arrival)));
            pump();
            thread.advance(Duration.ofMillis(150));
        }
        thread.advance(HOLD);
        assertThat(waited).hasSize(50).allSatisfy(time -> assertThat(time).isBetween(HOLD.minusMillis(500), HOLD));
    }

    @Test
    void aWriteOfUnknownOutcomeIsNeverTriedAgain() {
        node.failNext(new LeadershipLostException("leadership of n1 lost in term 4", 17, 4));
        submit(incr("k"));
        submit(get("k"));
        pump();
        thread.advance(HOLD);

        assertThat(node.calls()).containsExactly("propose");
        assertThat(answers)
                .hasSize(2)
                .allSatisfy(answer -> assertThat(answer)
                        .isEqualTo("TIMEOUT outcome unknown (may still take effect): leadership of n1 lost in term 4"));
    }

    @Test
    void aReadIsTriedAgainWhateverWasUnknown() {
        node.failNext(
                new OperationTimeoutException("slow", Outcome.NOT_DONE, Duration.ofSeconds(1)),
                new NodeStoppedException("starting", Outcome.UNKNOWN));
        submit(get("k"));
        pump();
        thread.advance(HOLD);
        assertThat(answers).containsExactly("Absent[]");
    }

    @Test
    void anErrorThatNobodyForesawLeavesAWriteUnknown() {
        node.failNext(new IllegalStateException("bug"));
        submit(incr("k"));
        pump();
        assertThat(answers)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("TIMEOUT outcome unknown")
                .contains("bug");
    }

    @Test
    void aNodeThatThrowsIsAnsweredForToo() {
        node.throwNext();
        submit(incr("k"));
        pump();
        node.throwNext();
        submit(get("k"));
        pump();
        submit(incr("k"));
        pump();

        assertThat(answers.get(0)).startsWith("TIMEOUT outcome unknown").contains("a node that throws");
        assertThat(answers.get(1)).startsWith("ERR ").contains("a node that throws");
        assertThat(answers.get(2)).isEqualTo("1");
        assertThat(batchesEnded).isEqualTo(3);
    }

    @Test
    void aNodeThatThrowsInALaterTryIsAnsweredForToo() {
        node.failNext(notLeader());
        submit(incr("k"));
        pump();
        node.throwNext();
        thread.advance(HOLD);

        assertThat(answers).singleElement().asString().startsWith("TIMEOUT outcome unknown");
    }

    @Test
    void aWriteWhoseAnswerCannotBeReadMayHaveTakenEffectAndWhatIsBehindItGoesOn() {
        node.keep();
        node.answerNext(ByteBuffer.wrap(new byte[] {99}));
        submit(incr("k"));
        submit(incr("k"));
        pump();
        submit(incr("k"));
        node.release();
        thread.run();

        assertThat(answers).hasSize(3).endsWith("3");
        assertThat(answers.subList(0, 2))
                .allSatisfy(answer -> assertThat(answer)
                        .startsWith("TIMEOUT outcome unknown (may have taken effect): ")
                        .contains("version 99"));
    }

    @Test
    void moreResultsThanOperationsAreNotTakenForAnswers() {
        node.answerNext(ResultCodec.encode(List.of(new Result.Done(), new Result.Done())));
        submit(get("k"));
        pump();
        assertThat(answers).singleElement().asString().startsWith("ERR internal error, nothing was changed: ");
    }

    @Test
    void whoFailsToTakeAResultIsToldAndTheOthersGetTheirs() {
        pipeline.submit(incr("k"), result -> {
            if (!(result instanceof Result.Refused)) {
                throw new IllegalStateException("no reply for " + result);
            }
            answered(result);
        });
        submit(incr("k"));
        pump();

        assertThat(answers).hasSize(2).endsWith("2");
        assertThat(answers.get(0)).startsWith("TIMEOUT outcome unknown (may have taken effect): ");
        assertThat(batchesEnded).isEqualTo(1);
    }

    @Test
    void whatWouldFailEveryTimeIsRefusedAtOnce() {
        node.failNext(new CommandTooLargeException(5, 4));
        submit(set("k", "v"));
        pump();
        node.failNext(new QueryFailedException(new IllegalStateException("broken")));
        submit(get("k"));
        pump();

        assertThat(node.calls()).hasSize(2);
        assertThat(answers.get(0)).startsWith("ERR command of 5 bytes");
        assertThat(answers.get(1)).startsWith("ERR ").contains("broken");
    }

    /** K19. */
    @Test
    void whatNotEveryServerUnderstandsIsRefusedAloneAndNotProposed() {
        gate = new FormatGate.Closed("the least is 1 (n2)");
        submit(set("k", "1"));
        submit(new Operation.Persist(Bytes.of("k")));
        submit(get("k"));
        pump();
        assertThat(answers).containsExactly("Done[]", "UPGRADING not done: the least is 1 (n2)", "\"1\"");
        assertThat(node.calls()).containsExactly("propose", "read");
    }

    @Test
    void whatEveryServerMayUnderstandIsHeldUntilThatIsKnown() {
        gate = new FormatGate.Unknown("not everybody was heard");
        submit(new Operation.Clear());
        pump();
        thread.advance(Duration.ofSeconds(2));
        assertThat(answers).isEmpty();
        gate = new FormatGate.Open();
        thread.advance(Duration.ofSeconds(1));
        assertThat(answers).containsExactly("Done[]");
    }

    @Test
    void whenThatDoesNotBecomeKnownItIsCertainlyNotDone() {
        gate = new FormatGate.Unknown("not everybody was heard");
        submit(new Operation.Clear());
        pump();
        thread.advance(HOLD);
        assertThat(answers).hasSize(1).first().asString().matches("CLUSTERDOWN not done, .*: not everybody was heard");
        assertThat(node.calls()).isEmpty();
    }

    @Test
    void aQueryStaysOnThisServerSoItMayBeOfAnyFormat() {
        gate = new FormatGate.Closed("no");
        submit(new Operation.TimeToLive(Bytes.of("k")));
        pump();
        assertThat(answers).containsExactly("-2");
    }

    @Test
    void isNotHeldForANodeThatHasFailed() {
        node.state(NodeStatus.State.FAILED);
        node.failAlways(new NodeStoppedException("stopped", Outcome.NOT_DONE));
        submit(set("k", "v"));
        pump();
        assertThat(answers).hasSize(1).first().asString().startsWith("CLUSTERDOWN");
    }

    @Test
    void aProposalGetsTheRestOfTheHoldButEnoughToSucceed() {
        node.failAlways(notLeader());
        submit(set("k", "v"));
        pump();
        thread.advance(HOLD);

        assertThat(node.timeouts().get(0)).isEqualTo(HOLD);
        assertThat(node.timeouts())
                .allSatisfy(timeout -> assertThat(timeout).isBetween(Duration.ofSeconds(1), HOLD))
                .isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void delaysAreJitteredAndGrowUpToABound() {
        Random random = new Random(7);
        for (int tries = 1; tries < 40; tries++) {
            long step = Math.min(160_000_000L, 10_000_000L << Math.min(tries - 1, 10));
            assertThat(HoldPolicy.delayNanos(tries, random)).isBetween(step / 2, step);
        }
    }

    @Test
    void afterCloseNothingStartsAndNobodyIsTold() {
        node.keep();
        submit(set("k", "1"));
        pump();
        submit(set("k", "2"));
        pipeline.close();
        node.release();
        thread.run();
        pump();
        assertThat(node.calls()).hasSize(1);
        assertThat(answers).isEmpty();
        assertThat(batchesEnded).isEqualTo(1);
    }

    private void submit(Operation operation) {
        pipeline.submit(operation, this::answered);
    }

    private void answered(Result result) {
        if (result instanceof Result.Refused refused) {
            answers.add(refused.error());
        } else if (result instanceof Result.Int number) {
            answers.add(Long.toString(number.value()));
        } else if (result instanceof Result.Value value) {
            answers.add('"' + value.value().utf8() + '"');
        } else {
            answers.add(result.toString());
        }
    }

    private void pump() {
        pipeline.pump();
        thread.run();
    }

    private static NotLeaderException notLeader() {
        return new NotLeaderException("n1 knows no leader in term 3", Optional.empty(), 3);
    }

    private static Operation set(String key, String value) {
        return new Operation.Set(Bytes.of(key), Bytes.of(value), Condition.ALWAYS, false);
    }

    private static Operation get(String key) {
        return new Operation.Get(Bytes.of(key));
    }

    private static Operation incr(String key) {
        return new Operation.Increment(Bytes.of(key), 1);
    }
}
