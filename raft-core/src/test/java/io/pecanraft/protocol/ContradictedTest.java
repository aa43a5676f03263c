package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * D06, C17 (etcd-io/raft#197): a storage that was put back to an older state is told so by the leader to which it has acknowledged more, and
 * is given up. {@link Contradicted} says why.
 */
class ContradictedTest {

    private static final Incarnation SELF = Entries.member(1).incarnation();

    private final Script script = Script.withLog(5, 1, 1);

    // ---- the server that has lost something

    @Test
    void whoDoesNotHaveWhatItHasAcknowledgedIsGivenUp() {
        holds(new Acknowledged(SELF, 0, id(4, 2)));
        assertThat(script.server.condemned)
                .containsExactly(new Effect.Condemn(Entries.member(2), new Acknowledged(SELF, 0, id(4, 2)), id(2, 1)));
    }

    /** The log may even be longer, with a branch that had been replaced by what it acknowledged. */
    @Test
    void anotherEntryAtItsPlaceIsNotWhatWasAcknowledged() {
        holds(new Acknowledged(SELF, 0, id(2, 2)));
        assertThat(script.server.condemned).hasSize(1);
    }

    /** It may have forgotten a vote as well, and whom it leads nobody knows. */
    @Test
    void fromThenOnItSaysNothingToAnybody() {
        holds(new Acknowledged(SELF, 0, id(4, 2)));
        assertThat(script.said).isEmpty();
        script.asksForVote(4, 9, id(9, 8));
        script.hears(4, new PreVote(10, id(9, 8), 1));
        script.append(2, 2, id(2, 1), 0, 2, 2);
        script.heartbeat(2, 2, 0);
        script.passMillis(60_000);
        script.server.tick();
        script.server.propose(Entries.payload(1));
        assertThat(script.said).isEmpty();
        assertThat(script.server.condemned).hasSize(1);
        assertThat(script.raft().currentTerm()).isEqualTo(2);
    }

    @Test
    void whatItStillHasIsNoContradiction() {
        holds(new Acknowledged(SELF, 0, id(2, 1)));
        answersTheHeartbeat();
    }

    /** Nor what lies below the beginning of its log, which a snapshot includes. */
    @Test
    void whatASnapshotIncludesIsThere() {
        Script restored = new Script(
                3,
                VirtualDisk.formed(Entries.members(3))
                        .withTerm(2)
                        .withSnapshot(Entries.snapshot(id(10, 2), 3, 100), 7));
        restored.hears(2, holding(new Acknowledged(SELF, 0, id(4, 2))));
        assertThat(restored.server.condemned).isEmpty();
        assertThat(restored.said(HeartbeatResponse.class)).hasSize(1);
    }

    /** A message is addressed to a name: what an earlier storage under it had acknowledged is not ours. */
    @Test
    void anotherStoragesWordDoesNotBind() {
        holds(new Acknowledged(Entries.member(1, 2).incarnation(), 0, id(4, 2)));
        answersTheHeartbeat();
    }

    /** K21: it has noticed the loss by itself, says so in every answer, and the leader has not heard it yet. */
    @Test
    void whatWasLostWithNoticeIsNoContradiction() {
        VirtualDisk damaged =
                VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1).withTerm(2);
        damaged.losesFrom(3, Optional.of(id(4, 2)));
        Script repairing = new Script(3, damaged);
        repairing.hears(2, holding(new Acknowledged(SELF, 0, id(4, 2))));
        assertThat(repairing.server.condemned).isEmpty();
        assertThat(repairing.said(HeartbeatResponse.class)).hasSize(1);
    }

    /** Put back to before a repair: whoever has told of an epoch had it on disk. */
    @Test
    void anEpochThatItDoesNotKnowOfIsProofToo() {
        holds(new Acknowledged(SELF, 1, id(2, 1)));
        assertThat(script.server.condemned).hasSize(1);
    }

    @Test
    void anEpochThatItDoesNotKnowOfIsProofWithoutAnEntry() {
        holds(new Acknowledged(SELF, 1, EntryId.ZERO));
        assertThat(script.server.condemned).hasSize(1);
    }

    /** Of a term that is over: the later leader may have removed what was acknowledged in it. */
    @Test
    void theWordThatWasGivenInAnEarlierTermDoesNotBind() {
        script.heartbeat(3, 5, 0).forgetWhatWasSaid();
        holds(new Acknowledged(SELF, 0, id(4, 2)));
        assertThat(script.server.condemned).isEmpty();
    }

    private void holds(Acknowledged acknowledged) {
        script.forgetWhatWasSaid();
        script.hears(2, holding(acknowledged));
    }

    private static Heartbeat holding(Acknowledged acknowledged) {
        return new Heartbeat(2, 0, 1, OptionalInt.empty(), 0, Optional.of(acknowledged));
    }

    private void answersTheHeartbeat() {
        assertThat(script.server.condemned).isEmpty();
        assertThat(script.said).hasSize(1);
        assertThat(script.last(HeartbeatResponse.class).round()).isEqualTo(1);
    }

    // ---- its leader

    @Test
    void aHeartbeatNamesWhatItsReceiverHasAcknowledged() {
        Script leader = Script.withLog(3, 1, 1, 1)
                .wins(2)
                .acks(2, 4)
                .forgetWhatWasSaid()
                .timesOut();
        EntryId last = id(4, leader.raft().currentTerm());
        assertThat(leader.saidTo(2, Heartbeat.class).get(0).acknowledged())
                .contains(new Acknowledged(Entries.member(2).incarnation(), 0, last));
        assertThat(leader.saidTo(3, Heartbeat.class).get(0).acknowledged()).isEmpty();
    }

    /** Otherwise it would soon have what it lacks, its vote would count, and nobody would ever know. */
    @Test
    void whoRefusesWhatItHasAcknowledgedIsNotRefilled() {
        Script leader = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4);
        for (int i = 1; i <= 6; i++) {
            leader.hears(2, new AppendEntriesResponse(leader.raft().currentTerm(), false, 4, id(2, 1)));
            leader.timesOut();
            leader.echoes(2, leader.last(Heartbeat.class).round());
        }
        assertThat(leader.saidTo(2, AppendEntries.class))
                .filteredOn(request -> request.prev().index() < 3)
                .isEmpty();
        assertThat(leader.saidTo(2, Heartbeat.class))
                .last()
                .matches(heartbeat -> heartbeat.acknowledged().isPresent());
    }

    /** Late answers, to questions that were asked before the follower had the entry, change nothing. */
    @Test
    void aLateRefusalTakesNothingBack() {
        Script leader = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4);
        long term = leader.raft().currentTerm();
        leader.hears(2, new AppendEntriesResponse(term, false, 4, id(2, 1)));
        leader.server.propose(Entries.payload(1));
        List<AppendEntries> sent = leader.saidTo(2, AppendEntries.class);
        assertThat(sent.get(sent.size() - 1).prev()).isEqualTo(id(4, term));
        leader.acks(2, 5);
        assertThat(leader.raft().commitIndex()).isEqualTo(5);
    }

    /** Whoever says that its log has lost something is held to having said so, and to nothing that it said before. */
    @Test
    void aLossWithNoticeEndsWhatItIsHeldTo() {
        Script leader = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4);
        leader.hears(2, new HeartbeatResponse(leader.raft().currentTerm(), 0, 0, 0, 0, 0, 1));
        leader.forgetWhatWasSaid().timesOut();
        assertThat(leader.saidTo(2, Heartbeat.class).get(0).acknowledged())
                .contains(new Acknowledged(Entries.member(2).incarnation(), 1, EntryId.ZERO));
    }

    @Test
    void theTermOfWhatWasCompactedAwayIsNotKnownAnyMore() {
        Script leader = Script.withLog(3, 1, 1, 1).wins(2, 3).acks(2, 4).acks(3, 3);
        assertThat(leader.server.takeSnapshot()).isTrue();
        assertThat(leader.raft().firstIndex()).isGreaterThan(4);
        leader.forgetWhatWasSaid().timesOut();
        assertThat(leader.saidTo(3, Heartbeat.class).get(0).acknowledged()).isEmpty();
    }
}
