package io.pecanraft.testkit.contract;

import static io.pecanraft.testkit.contract.OpenStorage.entries;
import static io.pecanraft.testkit.contract.OpenStorage.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link io.pecanraft.spi.RaftLog}, as far as it shows without crashes: what was written is read and
 * recovered, what was removed stays away, tickets are reported in order.
 */
public abstract class RaftLogContract extends StorageContract {

    /** For subclasses. */
    protected RaftLogContract() {}

    /** A storage that was never written recovers no entry, no vote, and nothing to repair. */
    @Test
    protected void isEmptyAtFirst() throws Exception {
        try (OpenStorage log = open()) {
            assertThat(log.recovered).isEqualTo(RecoveredLog.empty());
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered).isEqualTo(RecoveredLog.empty());
        }
    }

    /** Entries are read as they were written: term, type, time and payload. */
    @Test
    protected void readsBackWhatIsDurable() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            log.append(entries(1, 10, 1));
            assertThat(log.read(1, 11)).isEqualTo(entries(1, 10, 1));
            assertThat(log.read(4, 6)).isEqualTo(entries(4, 5, 1));
            assertThat(log.read(10, 500)).as("as far as there is something").isEqualTo(entries(10, 10, 1));
        }
    }

    /** What was reported durable, term, vote and formation record included, is there after a restart. */
    @Test
    protected void keepsEverythingAcrossARestart() throws Exception {
        MemberId candidate = new MemberId(NodeId.of("n2"), new Incarnation(-1, 1));
        FormationRecord formation = new FormationRecord(OpenStorage.MEMBERSHIP, true);
        try (OpenStorage log = open()) {
            log.await(log.submit(null, new FormationRecord(OpenStorage.MEMBERSHIP, false), null, 0, List.of()));
            log.await(log.submit(new HardState(1, null), formation, null, 0, entries(1, 10, 1)));
            log.await(log.submit(new HardState(3, candidate), null, null, 0, List.of()));
            log.append(entries(11, 12, 3));
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.hardState()).isEqualTo(new HardState(3, candidate));
            assertThat(log.recovered.formation()).contains(formation);
            assertThat(log.recovered.base()).isEqualTo(EntryId.ZERO);
            assertThat(log.recovered.lastIndex()).isEqualTo(12);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(1, 1), new EntryId(3, 11));
            assertThat(log.recovered.lastTimestampMillis()).isEqualTo(1012);
            assertThat(log.read(1, 11)).isEqualTo(entries(1, 10, 1));
            assertThat(log.read(11, 13)).isEqualTo(entries(11, 12, 3));
        }
    }

    /** A close ends what is under way: what was given before it is not lost. */
    @Test
    protected void keepsWhatWasGivenBeforeItWasClosed() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            for (int i = 1; i <= 200; i++) {
                log.submit(null, null, null, 0, entries(i, i, 1));
            }
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.lastIndex()).isEqualTo(200);
            assertThat(log.readRecovered()).isEqualTo(entries(1, 200, 1));
        }
    }

    /** Reports are cumulative: tickets only grow, and the writes that they cover add up to those that were given. */
    @Test
    protected void reportsTicketsInOrderAndEveryWriteOnce() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            long last = 0;
            for (int i = 1; i <= 300; i++) {
                last = log.submit(null, null, null, 0, entries(i, i, 1));
            }
            log.await(last);
            assertThat(log.reportedTickets).isSorted().doesNotHaveDuplicates().endsWith(last);
            assertThat(log.reportedWrites).isEqualTo(301);
        }
    }

    /** What is acknowledged may be sent to others at once. */
    @Test
    protected void whatIsReportedIsReadableFromThenOn() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            for (int i = 1; i <= 50; i++) {
                log.append(entries(i, i, 1));
                assertThat(log.read(i, i + 1)).isEqualTo(entries(i, i, 1));
            }
        }
    }

    /** Entries that were truncated come back neither at once nor after a restart, also where others took their place. */
    @Test
    protected void aTruncatedSuffixIsGoneAndStaysGone() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            log.append(entries(1, 9, 1));
            log.term(2);
            log.truncate(5, List.of(entry(5, 2, "other")));
            assertThat(log.read(4, 9)).containsExactly(entries(4, 4, 1).get(0), entry(5, 2, "other"));
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.lastIndex()).isEqualTo(5);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(1, 1), new EntryId(2, 5));
            assertThat(log.read(4, 9)).containsExactly(entries(4, 4, 1).get(0), entry(5, 2, "other"));
            log.truncate(1, List.of());
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.lastIndex()).isZero();
            assertThat(log.recovered.termStarts()).isEmpty();
            assertThat(log.recovered.hardState()).isEqualTo(new HardState(2, null));
        }
    }

    /** A reset, as for a snapshot of the leader, leaves no entry, and the next one follows the new base. */
    @Test
    protected void aResetEmptiesTheLogAndMovesItsBase() throws Exception {
        EntryId base = new EntryId(4, 300);
        try (OpenStorage log = open()) {
            log.term(4);
            log.append(entries(1, 20, 4));
            log.snapshot(base, "state");
            anotherServerHas(base);
            log.reset(base, entries(301, 303, 4));
            assertThat(log.read(301, 304)).isEqualTo(entries(301, 303, 4));
            assertThatThrownBy(() -> log.read(20, 21)).isInstanceOf(StorageException.class);
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.base()).isEqualTo(base);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(4, 301));
            assertThat(log.readRecovered()).isEqualTo(entries(301, 303, 4));
        }
    }

    /** How much a compaction forgets is the storage's affair; what lies above its index stays readable. */
    @Test
    protected void compactionForgetsNothingAboveItsIndex() throws Exception {
        int count = 3_000;
        try (OpenStorage log = open()) {
            log.term(2);
            log.append(entries(1, 1_000, 1));
            log.append(entries(1_001, count, 2));
            log.snapshot(new EntryId(2, 2_500), "state");
            log.storage.log().compact(2_500);
            log.append(entries(count + 1, count + 2, 2));
            assertThat(log.read(2_501, count + 3)).isEqualTo(entries(2_501, count + 2, 2));
        }
        try (OpenStorage log = open()) {
            long base = log.recovered.base().index();
            assertThat(base).isBetween(0L, 2_500L);
            assertThat(log.recovered.base().term()).isEqualTo(base == 0 ? 0 : base <= 1_000 ? 1 : 2);
            assertThat(log.recovered.termStarts().get(0)).isEqualTo(new EntryId(base < 1_000 ? 1 : 2, base + 1));
            assertThat(log.recovered.lastIndex()).isEqualTo(count + 2);
            assertThat(log.read(2_501, count + 3)).isEqualTo(entries(2_501, count + 2, 2));
            if (base > 0) {
                assertThatThrownBy(() -> log.read(base, base + 1)).isInstanceOf(StorageException.class);
            }
        }
    }

    /** Recovery returns the membership entries of the log, and none that were truncated. */
    @Test
    protected void returnsTheConfigurationsThatAreStillInTheLog() throws Exception {
        LogEntry first = configuration(2, 1);
        LogEntry removed = configuration(4, 1);
        LogEntry second = configuration(5, 2);
        try (OpenStorage log = open()) {
            log.term(2);
            log.append(List.of(entry(1, 1, "a"), first, entry(3, 1, "b"), removed));
            log.truncate(4, List.of(entry(4, 2, "c"), second));
        }
        try (OpenStorage log = open()) {
            assertThat(log.recovered.membershipEntries()).containsExactly(first, second);
        }
    }

    /** A limit in bytes bounds a read, but an entry that is larger than it can be read all the same. */
    @Test
    protected void aReadStopsAtItsLimitButReturnsAtLeastOneEntry() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            log.append(entries(1, 99, 1));
            int payload = entries(10, 10, 1).get(0).payloadBytes();
            assertThat(log.read(10, 100, 1)).isEqualTo(entries(10, 10, 1));
            assertThat(log.read(10, 100, 3 * payload)).isEqualTo(entries(10, 12, 1));
            assertThat(log.read(10, 100, 4 * payload - 1)).isEqualTo(entries(10, 12, 1));
        }
    }

    /** A read beyond the end, or before the beginning, fails rather than returning something else. */
    @Test
    protected void aReadOfWhatIsNotThereFails() throws Exception {
        try (OpenStorage log = open()) {
            log.term(1);
            log.append(entries(1, 3, 1));
            assertThatThrownBy(() -> log.read(4, 5)).isInstanceOf(StorageException.class);
        }
    }

    /** What it had promised is not known any more; so it is a stranger, and no founder of a cluster that nobody knows of. */
    @Test
    protected void aStorageThatWasGivenUpIsReplacedByAnother() throws Exception {
        StorageException why = new StorageException(StorageException.Reason.ROLLED_BACK, "it lacks entry 9@3");
        StorageIdentity before;
        try (OpenStorage log = open()) {
            before = log.storage.identity();
            log.await(log.submit(
                    new HardState(3, null), new FormationRecord(OpenStorage.MEMBERSHIP, true), null, 0, List.of()));
            log.append(entries(1, 5, 3));
            log.snapshot(new EntryId(3, 4), "state");
            log.storage.log().condemn(why);
            assertThatThrownBy(() -> log.append(entries(6, 6, 3))).isSameAs(why);
            log.submit(null, null, null, 0, entries(7, 7, 3));
            assertThat(log.saidMore()).as("after its last word").isFalse();
        }
        for (int start = 1; start <= 2; start++) {
            try (OpenStorage log = open()) {
                StorageIdentity now = log.storage.identity();
                assertThat(now.incarnation()).isNotEqualTo(before.incarnation());
                assertThat(now)
                        .isEqualTo(new StorageIdentity(
                                before.cluster(), before.group(), before.node(), now.incarnation()));
                assertThat(log.recovered.hardState()).isEqualTo(new HardState(1, null));
                assertThat(log.recovered.formation()).isEmpty();
                assertThat(log.recovered.lastIndex()).isZero();
                assertThat(log.storage.snapshots().latest()).isEmpty();
            }
        }
    }

    /** All types of entries, and payloads of any length from 0 on, are kept. */
    @Test
    protected void takesEveryKindOfEntry() throws Exception {
        byte[] large = new byte[10_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) i;
        }
        List<LogEntry> all = List.of(
                LogEntry.noOp(1, 7, 0),
                new LogEntry(2, 7, Long.MAX_VALUE, EntryType.COMMAND, ByteBuffer.allocate(0)),
                new LogEntry(3, 7, -1, EntryType.COMMAND, ByteBuffer.wrap(large, 100, 9_000)),
                configuration(4, 7));
        try (OpenStorage log = open()) {
            log.term(7);
            log.append(all);
            assertThat(log.read(1, 5)).isEqualTo(all);
        }
        try (OpenStorage log = open()) {
            assertThat(log.readRecovered()).isEqualTo(all);
        }
    }

    /** Random writes and restarts against a model of a log; the seed is {@code contract.base} plus the repetition. */
    @RepeatedTest(20)
    protected void doesWhatASimpleLogInMemoryWouldDo(RepetitionInfo repetition) throws Exception {
        long seed = Long.getLong("contract.base", 0) + repetition.getCurrentRepetition();
        try {
            new RandomLogStory(this, seed).tell();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " failed; -Dcontract.base=" + (seed - 1) + " begins with it", e);
        }
    }

    private static LogEntry configuration(long index, long term) {
        return new LogEntry(
                index, term, 5, EntryType.MEMBERSHIP, MembershipCodec.encode(OpenStorage.MEMBERSHIP.atIndex(index)));
    }
}
