package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PendingProposalsTest {

    private final Completions completions = new Completions(new Lane(Runnable::run, failure -> {
        throw new AssertionError(failure);
    }));
    private final PendingProposals pending = new PendingProposals(completions);

    @Test
    void aProposalIsFoundByIndexAndTerm() {
        ClientProposal<ByteBuffer> first = add(5, 2, 1_000);
        ClientProposal<ByteBuffer> second = add(7, 2, 1_000);

        assertThat(pending.of(List.of(entry(4, 2), entry(5, 2), entry(6, 2), entry(7, 2))))
                .containsExactly(null, first, null, second);
        assertThat(pending.size()).isEqualTo(2);
        pending.applied(7);
        assertThat(pending.size()).isZero();
        assertThat(first.future()).isNotDone();
    }

    /** The log lets go of an entry that was committed; who waits for a state machine that hangs must not keep its bytes. */
    @Test
    void aProposalThatWasAppendedKeepsNothingOfItsCommand() {
        ClientProposal<ByteBuffer> waiting = new ClientProposal<>(
                EntryType.COMMAND, ByteBuffer.allocate(100), 0, Duration.ofSeconds(1), (index, reply) -> reply);
        assertThat(waiting.command().remaining()).isEqualTo(100);

        waiting.appendedAt(5, 2);

        assertThat(waiting.command().remaining()).isZero();
    }

    @Test
    void aProposalWhoseEntryWasOverwrittenIsNotGivenSomebodyElsesReply() {
        ClientProposal<ByteBuffer> overwritten = add(5, 2, 1_000);

        assertThat(pending.of(List.of(entry(5, 3)))).containsExactly((Proposal) null);
        completions.flush();

        assertThat(TestCluster.failureOf(overwritten.future()))
                .isInstanceOfSatisfying(LeadershipLostException.class, lost -> {
                    assertThat(lost.index()).isEqualTo(5);
                    assertThat(lost.term()).isEqualTo(2);
                });
    }

    @Test
    void lostLeadershipEndsWhatIsNotCommittedAndNothingElse() {
        ClientProposal<ByteBuffer> committed = add(5, 2, 1_000);
        ClientProposal<ByteBuffer> uncommitted = add(6, 2, 1_000);

        pending.leadershipLost(5);
        completions.flush();

        assertThat(committed.future()).isNotDone();
        assertThat(uncommitted.future()).isCompletedExceptionally();
        assertThat(pending.of(List.of(entry(5, 2)))).containsExactly(committed);

        // The same index again, in a later term.
        ClientProposal<ByteBuffer> again = add(6, 4, 1_000);
        assertThat(pending.of(List.of(entry(6, 4)))).containsExactly(again);
    }

    /** S19. */
    @Test
    void aSnapshotThatJumpsOverAProposalEndsIt() {
        ClientProposal<ByteBuffer> jumpedOver = add(5, 2, 1_000);
        ClientProposal<ByteBuffer> later = add(9, 2, 1_000);

        pending.jumpedOver(8);
        completions.flush();

        assertThat(TestCluster.failureOf(jumpedOver.future())).isInstanceOf(LeadershipLostException.class);
        assertThat(later.future()).isNotDone();
    }

    @Test
    void eachDeadlineHoldsInWhateverOrderTheyCome() {
        ClientProposal<ByteBuffer> patient = add(1, 1, 500);
        ClientProposal<ByteBuffer> hasty = add(2, 1, 100);

        assertThat(pending.nextDeadlineNanos()).isEqualTo(millis(100));
        pending.expire(millis(99));
        completions.flush();
        assertThat(hasty.future()).isNotDone();
        pending.expire(millis(100));
        completions.flush();
        assertThat(TestCluster.failureOf(hasty.future())).isInstanceOf(OperationTimeoutException.class);
        assertThat(patient.future()).isNotDone();
        assertThat(pending.nextDeadlineNanos()).isEqualTo(millis(500));
        pending.expire(millis(500));
        assertThat(pending.nextDeadlineNanos()).isEqualTo(DeadlineWatch.NONE);
    }

    @Test
    void manyPendingProposalsAreAllFoundAgain() {
        List<ClientProposal<ByteBuffer>> all = LongStream.rangeClosed(700, 9_000)
                .mapToObj(index -> add(index, 1, 1_000))
                .toList();
        pending.applied(799);

        List<LogEntry> entries = LongStream.rangeClosed(800, 9_000)
                .mapToObj(index -> entry(index, 1))
                .toList();
        assertThat(pending.of(entries)).containsExactlyElementsOf(all.subList(100, all.size()));
        assertThat(pending.size()).isEqualTo(8_201);
    }

    private ClientProposal<ByteBuffer> add(long index, long term, long timeoutMillis) {
        ClientProposal<ByteBuffer> proposal = new ClientProposal<>(
                EntryType.COMMAND, ByteBuffer.allocate(1), 0, Duration.ofMillis(timeoutMillis), (at, reply) -> reply);
        proposal.appendedAt(index, term);
        pending.add(proposal);
        return proposal;
    }

    private static LogEntry entry(long index, long term) {
        return new LogEntry(index, term, 0, EntryType.COMMAND, ByteBuffer.allocate(1));
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }
}
