package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be said before the disk has confirmed it, and what must not (thesis §3.8, §10.2.1). */
class DurabilityTest {

    private static Script slow(long... terms) {
        Script script = Script.withLog(3, terms);
        script.server.diskIsFast = false;
        return script;
    }

    /** D01. */
    @Test
    void entriesAreAcknowledgedOnlyWhenTheyAreDurable() {
        Script script = slow(1).append(2, 1, id(1, 1), 0, 1, 1);
        // What was there before may be claimed: it is durable, and this message has verified it.
        assertThat(script.said(AppendEntriesResponse.class)).allMatch(answer -> answer.index() <= 1);
        script.forgetWhatWasSaid();
        script.server.confirmAllWrites();
        assertThat(script.said(AppendEntriesResponse.class))
                .containsExactly(new AppendEntriesResponse(1, true, 3, EntryId.ZERO));
    }

    /** D01 (yugabyte#32875): "already have it" is true of the log and not of the disk. */
    @Test
    void aRepeatedMessageDoesNotMakeItAcknowledgeEarlier() {
        Script script = slow(1).append(2, 1, id(1, 1), 0, 1, 1).append(2, 1, id(1, 1), 0, 1, 1);
        script.append(2, 1, id(3, 1), 0);
        script.hears(2, new Heartbeat(1, 0, 5));
        assertThat(script.said(AppendEntriesResponse.class)).allMatch(answer -> answer.index() <= 1);
        assertThat(script.last(HeartbeatResponse.class).matchIndex()).isLessThanOrEqualTo(1);
    }

    /** What is durable is acknowledged, though more was received. */
    @Test
    void aPartIsAcknowledgedWhenThatPartIsDurable() {
        Script script = slow(1).append(2, 1, id(1, 1), 0, 1).append(2, 1, id(2, 1), 0, 1);
        script.server.confirmOldestWrite();
        assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(2);
        script.server.confirmOldestWrite();
        assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(3);
    }

    /** C12 (redpanda#31642): the leader has long said that it is committed, and says nothing more. */
    @Test
    void whatWasCommittedBeforeItWasDurableHereIsAppliedWhenItIs() {
        Script script = slow(1).append(2, 1, id(1, 1), 3, 1, 1);
        assertThat(script.server.appliedIndex).isLessThan(2);
        script.server.confirmAllWrites();
        assertThat(script.server.appliedIndex).isEqualTo(3);
    }

    /** K6: entries of an earlier life are durable; the term in which they would be claimed is not. */
    @Test
    void noMatchIsClaimedBeforeTheTermIsDurable() {
        Script script = slow(1, 1).append(2, 7, id(2, 1), 0);
        script.hears(2, new Heartbeat(7, 0, 9));
        assertThat(script.said(AppendEntriesResponse.class)).isEmpty();
        assertThat(script.last(HeartbeatResponse.class)).isEqualTo(new HeartbeatResponse(7, 9, 0));
        script.server.confirmAllWrites();
        assertThat(script.last(AppendEntriesResponse.class))
                .isEqualTo(new AppendEntriesResponse(7, true, 2, EntryId.ZERO));
    }

    /** K5; etcd rawnode.go, nine steps: A's write is confirmed after B's entries took its place. */
    @Test
    void theConfirmationOfAnOverwrittenSuffixConfirmsNothingOfTheNewOne() {
        Script script = slow(1, 1).append(2, 1, id(2, 1), 0, 1, 1, 1);
        script.append(3, 2, id(3, 1), 0, 2, 2);
        assertThat(script.raft().lastIndex()).isEqualTo(5);
        script.server.confirmOldestWrite();
        assertThat(script.raft().durableIndex()).isEqualTo(3);
        assertThat(script.said(AppendEntriesResponse.class)).allMatch(answer -> answer.index() <= 3);
        script.server.confirmAllWrites();
        assertThat(script.last(AppendEntriesResponse.class))
                .isEqualTo(new AppendEntriesResponse(2, true, 5, EntryId.ZERO));
    }

    /** E02: a term that was merely heard of is written too, and with or before the first entry of it. */
    @Test
    void aTermIsWrittenWithOrBeforeTheFirstEntryOfIt() {
        List<Effect.Persist> writes = new ArrayList<>();
        Script script = slow(1);
        script.server.watch = effect -> {
            if (effect instanceof Effect.Persist persist) {
                writes.add(persist);
            }
        };
        script.append(2, 5, id(1, 1), 0, 5);
        assertThat(writes).hasSize(1);
        assertThat(writes.get(0).hardState()).isEqualTo(new HardState(5, null));
        assertThat(writes.get(0).entries()).hasSize(1);
    }

    /** Tickets grow by one a turn, whatever the turn changed, and the write comes before the messages. */
    @Test
    void aTurnWritesAtMostOnceAndBeforeItSpeaks() {
        List<Effect> effects = new ArrayList<>();
        Script script = Script.withLog(3).wins(2);
        script.server.watch = effects::add;
        script.acks(2, 2);
        effects.clear();
        script.server.propose(Entries.payload(1));
        assertThat(effects.get(0)).isInstanceOf(Effect.Persist.class);
        assertThat(effects).filteredOn(Effect.Persist.class::isInstance).hasSize(1);
        assertThat(effects).anyMatch(Effect.Send.class::isInstance);
    }

    /** D12: confirmations are cumulative; a late one takes nothing back. */
    @Test
    void confirmationsThatComeOutOfOrderLeaveTheGreatest() {
        DurabilityTracker tracker = new DurabilityTracker(0, 1);
        long first = tracker.issue(1, 5, 0);
        long second = tracker.issue(1, 9, 0);
        tracker.persisted(second, 10);
        tracker.persisted(first, 20);
        assertThat(tracker.durableIndex()).isEqualTo(9);
        assertThat(tracker.oldestWaitNanos(30)).isZero();
    }

    /** X06: three weeks of a thousand writes a second overflow an int that counts them. */
    @Test
    void theTimesOfTheLastWritesAreRememberedHoweverManyThereWere() throws ReflectiveOperationException {
        DurabilityTracker tracker = new DurabilityTracker(0, 1);
        for (int i = 0; i < 1_000; i++) {
            tracker.persisted(tracker.issue(1, i, 0), i < 990 ? 77 : 5);
        }
        assertThat(tracker.recentForceNanos()).isEqualTo(5);
        // No counter of this class may grow with the number of writes unless it is a long.
        for (java.lang.reflect.Field field : DurabilityTracker.class.getDeclaredFields()) {
            if (field.getType() == int.class && !java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                assertThat(field.getInt(tracker)).as(field.getName()).isBetween(0, 4);
            }
        }
    }

    /** K23: the median, so that one write that hung does not make a disk slow; the first ones are judged by what there is. */
    @Test
    void oneWriteThatHungDoesNotMakeADiskSlow() {
        DurabilityTracker tracker = new DurabilityTracker(0, 1);
        assertThat(tracker.recentForceNanos()).isZero();
        tracker.persisted(tracker.issue(1, 1, 0), 900);
        assertThat(tracker.recentForceNanos()).isEqualTo(900);
        for (int nanos : new int[] {20, 30, 10}) {
            tracker.persisted(tracker.issue(1, 1, 0), nanos);
        }
        assertThat(tracker.recentForceNanos()).isEqualTo(30);
    }

    /** D09: all crash at once with what was not durable; nothing acknowledged is lost. */
    @Test
    void whatWasCommittedSurvivesACrashOfEverybody() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        for (int i = 0; i < 10; i++) {
            cluster.server(1).propose(Entries.payload(i));
        }
        cluster.deliverAll();
        long committed = cluster.raft(1).commitIndex();
        long hash = cluster.server(1).stateHash;
        for (int i = 1; i <= 3; i++) {
            cluster.server(i).diskIsFast = false;
        }
        cluster.server(1).propose(Entries.payload(99));
        cluster.deliverAll();
        cluster.network.clear();
        for (int i = 1; i <= 3; i++) {
            cluster.server(i).diskIsFast = true;
            cluster.restart(i);
        }
        cluster.runMillis(1_500);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.raft.commitIndex()).isGreaterThan(committed);
        assertThat(cluster.servers).allMatch(server -> server.stateHash == leader.stateHash);
        assertThat(hash).isNotZero();
        assertThat(leader.term(committed)).isEqualTo(1);
    }
}
