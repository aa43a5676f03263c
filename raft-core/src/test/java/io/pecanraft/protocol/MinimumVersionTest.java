package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.Entries.member;
import static io.pecanraft.protocol.Entries.members;
import static io.pecanraft.protocol.Entries.membership;
import static io.pecanraft.protocol.Entries.version;
import static io.pecanraft.protocol.Entries.voters;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftRole;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** K19: the least application version of all members, and that it is never said to be higher than it is. */
class MinimumVersionTest {

    private static final OptionalInt UNKNOWN = OptionalInt.empty();
    private static final List<Integer> NONE = List.of();

    private static ProtocolCluster cluster(int... versions) {
        return ProtocolCluster.withSettings(
                versions.length,
                number -> version(versions[number - 1]),
                number -> VirtualDisk.formed(members(versions.length)));
    }

    private static List<OptionalInt> minimumOf(ProtocolCluster cluster) {
        return cluster.servers.stream()
                .map(server -> server.raft.minimumVersion())
                .toList();
    }

    /** Leads three servers, itself with version 5, and has committed an entry of its term. */
    private static Script leader() {
        return new Script(3, VirtualDisk.formed(members(3)).withLog(1), version(5))
                .wins(2)
                .acks(2, 2);
    }

    /** The next round is due; returns its number. */
    private static long nextRound(Script script) {
        script.timesOut();
        return script.last(Heartbeat.class).round();
    }

    private static Script answers(Script script, int follower, long round, int version) {
        return script.hears(follower, new HeartbeatResponse(script.raft().currentTerm(), round, 0, 0, 0, version));
    }

    private static Script follower() {
        return new Script(3, VirtualDisk.formed(members(3)).withLog(1), version(5));
    }

    private static Script told(Script script, long term, long round, int minimum) {
        return script.hears(2, new Heartbeat(term, 0, round, OptionalInt.of(minimum)));
    }

    @Test
    void allServersKnowTheLeastVersionOfAll() {
        ProtocolCluster cluster = cluster(3, 2, 4);
        cluster.elect(1);
        cluster.runMillis(100);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(2));
    }

    /** One server after the other, the leader last; the minimum rises when the last one is done, and not before. */
    @Test
    void inARollingUpgradeTheMinimumRisesOnceTheLastServerIsDone() {
        ProtocolCluster cluster = cluster(1, 1, 1);
        cluster.elect(1);
        cluster.runMillis(100);
        for (int number : new int[] {3, 2}) {
            cluster.server(number).restart(version(2));
            cluster.runMillis(100);
            assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(1));
        }
        cluster.server(1).restart(version(2));
        cluster.elect(2);
        cluster.runMillis(100);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(2));
    }

    // ---- a leader

    @Test
    void aLeaderKnowsNoMinimumBeforeItHasHeardEveryMember() {
        Script script = leader();
        long round = script.last(Heartbeat.class).round();
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        answers(script, 2, round, 7);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        answers(script, 3, round, 4);
        assertThat(script.raft().minimumVersion()).hasValue(4);
        answers(script, 3, nextRound(script), 9);
        assertThat(script.raft().minimumVersion()).hasValue(5); // its own
    }

    /** Another server may have a member in its log that this one has never heard of, and lead next. */
    @Test
    void aLeaderKnowsNoMinimumBeforeAnEntryOfItsTermIsCommitted() {
        Script script = new Script(3, VirtualDisk.formed(members(3)).withLog(1), version(5)).wins(2);
        long round = script.last(Heartbeat.class).round();
        answers(script, 2, round, 5);
        answers(script, 3, round, 5);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        nextRound(script);
        assertThat(script.last(Heartbeat.class).minimumVersion()).isEqualTo(UNKNOWN);
        script.acks(2, 2);
        assertThat(script.raft().minimumVersion()).hasValue(5);
    }

    /** What the leader before knew may not be true any more, and is no word of those who have not been heard since. */
    @Test
    void aNewLeaderKnowsNoMinimumBeforeItHasHeardEveryMemberInItsOwnTerm() {
        ProtocolCluster cluster = cluster(2, 2, 2);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.stop(3);
        cluster.elect(2);
        cluster.runMillis(500);
        assertThat(cluster.raft(2).minimumVersion()).isEqualTo(UNKNOWN);
        assertThat(cluster.raft(1).minimumVersion()).isEqualTo(UNKNOWN);
        cluster.resume(3);
        cluster.runMillis(500);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(2));
    }

    @Test
    void aMemberThatIsDownCountsWithWhatItSaidLast() {
        Script script = leader();
        long round = script.last(Heartbeat.class).round();
        answers(script, 2, round, 5);
        answers(script, 3, round, 4);
        for (int i = 0; i < 20; i++) {
            answers(script, 2, nextRound(script), 5);
        }
        assertThat(script.raft().minimumVersion()).hasValue(4);
    }

    /** A program that knows nothing of versions leaves the field out. */
    @Test
    void aMemberThatAnnouncesNoneCountsAsVersionZero() {
        Script script = leader();
        long round = script.last(Heartbeat.class).round();
        answers(script, 2, round, 5);
        script.hears(3, new HeartbeatResponse(script.raft().currentTerm(), round, 0));
        assertThat(script.raft().minimumVersion()).hasValue(0);
    }

    @Test
    void learnersCountAndWhoWasJustAddedMakesItUnknown() {
        ProtocolCluster cluster = cluster(2, 2, 2);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.addJoiner(); // of version 0
        cluster.server(1).change(MembershipChange.addLearner(address(4)));
        cluster.cut(e -> e.from().node().equals(node(4)) && e.message() instanceof HeartbeatResponse);
        cluster.runMillis(200);
        assertThat(cluster.raft(1).membership().orElseThrow().learners()).hasSize(1);
        assertThat(cluster.raft(1).minimumVersion()).isEqualTo(UNKNOWN);
        assertThat(cluster.raft(2).minimumVersion()).isEqualTo(UNKNOWN);
        cluster.heal();
        cluster.runMillis(200);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(0));
    }

    /** A truncation may bring back the configuration before, with a storage that was being replaced and is silent. */
    @Test
    void untilTheConfigurationInForceIsCommittedThereIsNoMinimum() {
        Membership joint = voters(List.of(1, 4), List.of(1, 2, 3), NONE);
        Script script = new Script(0, VirtualDisk.blank().withEntries(List.of(membership(1, 1, joint))), version(5));
        script.wins(2, 4).acks(2, 2).acks(3, 2).acks(4, 2);
        long round = script.last(Heartbeat.class).round();
        answers(script, 2, round, 5);
        answers(script, 3, round, 4); // is being removed
        answers(script, 4, round, 5);
        assertThat(script.raft().membership().orElseThrow().isJoint()).isFalse();
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        script.acks(4, 3);
        assertThat(script.raft().minimumVersion()).hasValue(4);
    }

    /** The storage that is being replaced is sent nothing any more; nobody knows what runs there until it is out. */
    @Test
    void whileAStorageIsBeingReplacedThereIsNoMinimum() {
        ProtocolCluster cluster = cluster(2, 2, 2);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.wipe(3); // another program too, of version 0
        cluster.cut(e -> e.from().equals(member(3, 2)) && e.message() instanceof AppendEntriesResponse);
        cluster.server(1).change(MembershipChange.replace(node(3), address(3)));
        cluster.runMillis(200);
        cluster.elect(2);
        cluster.runMillis(200);
        assertThat(cluster.raft(2).membership().orElseThrow().members()).hasSize(4);
        assertThat(cluster.raft(2).minimumVersion()).isEqualTo(UNKNOWN);
        cluster.heal();
        cluster.change(MembershipChange.replace(node(3), address(3)));
        cluster.runMillis(500);
        assertThat(cluster.raft(2).membership().orElseThrow().members()).hasSize(3);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(0));
    }

    /** It is still sent what is appended, and would apply it. */
    @Test
    void whoWasRemovedCountsUntilItIsLeftAlone() {
        ProtocolCluster cluster = cluster(2, 2, 1);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.change(MembershipChange.remove(node(3)));
        assertThat(cluster.raft(1).membership().orElseThrow().members()).hasSize(2);
        assertThat(cluster.raft(1).minimumVersion()).hasValue(1);
        cluster.runMillis(300);
        assertThat(cluster.raft(1).minimumVersion()).hasValue(2);
        assertThat(cluster.raft(2).minimumVersion()).hasValue(2);
    }

    // ---- a member that is rolled back

    @Test
    void whenAMemberIsRolledBackTheMinimumFallsAndItIsReported() {
        ProtocolCluster cluster = cluster(2, 2, 2);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.server(3).restart(version(1));
        cluster.runMillis(100);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(1));
        assertThat(cluster.server(1).reports).contains(new Report.VersionFellBack(member(3), 1, 2));
    }

    /** Another leader than the one that knew the higher minimum, which has told it. */
    @Test
    void aMemberThatIsRolledBackWhileLeadershipMovesIsReported() {
        ProtocolCluster cluster = cluster(2, 2, 2);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.server(3).restart(version(1));
        cluster.elect(2);
        cluster.runMillis(100);
        assertThat(minimumOf(cluster)).containsOnly(OptionalInt.of(1));
        assertThat(cluster.server(2).reports).contains(new Report.VersionFellBack(member(3), 1, 2));
    }

    @Test
    void aServerThatRunsLessThanTheMinimumItIsToldKnowsItsOwn() {
        Script script = told(follower(), 2, 1, 9);
        assertThat(script.raft().minimumVersion()).hasValue(5);
    }

    /** The answer was sent before the process was replaced, and the network held it back. */
    @Test
    void anAnswerThatOthersOvertookRaisesNothing() {
        Script script = leader();
        long first = script.last(Heartbeat.class).round();
        answers(script, 2, first, 5);
        long second = nextRound(script);
        answers(script, 3, second, 4);
        answers(script, 3, first, 5);
        assertThat(script.raft().minimumVersion()).hasValue(4);
        answers(script, 3, second, 5);
        assertThat(script.raft().minimumVersion()).hasValue(4);
    }

    // ---- a follower

    @Test
    void aHeartbeatThatOthersOvertookRaisesNothing() {
        Script script = told(follower(), 2, 7, 3);
        told(script, 2, 6, 4);
        told(script, 2, 7, 4);
        assertThat(script.raft().minimumVersion()).hasValue(3);
        script.hears(2, new Heartbeat(2, 0, 8));
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
    }

    @Test
    void inALaterTermAFollowerKnowsWhatItsLeaderSays() {
        Script script = told(follower(), 2, 7, 3);
        script.append(3, 3, Entries.id(1, 1), 0);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        script.hears(3, new Heartbeat(3, 0, 1, OptionalInt.of(4)));
        assertThat(script.raft().minimumVersion()).hasValue(4);
    }

    @Test
    void whoHearsNoLeaderKnowsNoMinimum() {
        Script script = told(follower(), 2, 7, 3).timesOut().timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        // Its leader is back, and has not said anything of it yet.
        script.append(2, 2, Entries.id(1, 1), 0);
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
        told(script, 2, 6, 4); // what the network held back
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
    }

    /** It waits for a leader for ever, and never becomes anything else. */
    @Test
    void aLearnerThatHearsNoLeaderKnowsNoMinimum() {
        Membership learning = voters(List.of(2, 3), NONE, List.of(1));
        Script script = new Script(0, VirtualDisk.blank().withEntries(List.of(membership(1, 1, learning))), version(5));
        told(script, 2, 7, 3);
        assertThat(script.raft().minimumVersion()).hasValue(3);
        script.timesOut().timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().minimumVersion()).isEqualTo(UNKNOWN);
    }
}
