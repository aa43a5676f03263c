package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.FormationStage;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Unanimous formation (K8 of the design): once, by all, before anybody votes. */
class FormationTest {

    private static ProtocolCluster blank(int size) {
        return ProtocolCluster.of(size, Entries.SETTINGS, number -> VirtualDisk.blank());
    }

    private static Script alone(int members) {
        return new Script(members, VirtualDisk.blank());
    }

    private static Formation says(FormationStage stage, int members) {
        return new Formation(
                stage,
                Entries.addresses(members),
                stage == FormationStage.GATHERING ? List.of() : Entries.members(members));
    }

    @Test
    void allMembersAgreeAndElectALeader() {
        for (int size = 1; size <= 5; size++) {
            ProtocolCluster cluster = blank(size);
            cluster.runMillis(2_000);
            assertThat(cluster.leader()).as("of %s", size).isPresent();
            Membership agreed = Membership.ofVoters(0, Entries.members(size));
            assertThat(cluster.servers)
                    .allMatch(server ->
                            server.disk.formation().equals(java.util.Optional.of(new FormationRecord(agreed, true))));
        }
    }

    @Test
    void nobodyVotesWhileAMemberIsMissing() {
        ProtocolCluster cluster = blank(3);
        cluster.stop(3);
        cluster.runMillis(5_000);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.FORMING);
        assertThat(cluster.raft(1).missingMembers()).containsExactly(ProtocolCluster.node(2), ProtocolCluster.node(3));
        cluster.server(1).receive(cluster.id(2), new RequestVote(5, EntryId.ZERO));
        assertThat(cluster.raft(1).currentTerm()).isZero();
        cluster.resume(3);
        cluster.runMillis(2_000);
        assertThat(cluster.leader()).isPresent();
    }

    /** A member says that it has agreed only when the map is on its disk. */
    @Test
    void agreementIsAnnouncedOnlyWhenItIsDurable() {
        Script script = alone(2);
        script.server.diskIsFast = false;
        script.hears(2, says(FormationStage.GATHERING, 2)).timesOut();
        assertThat(script.said(Formation.class)).allMatch(message -> message.stage() == FormationStage.GATHERING);
        script.server.confirmAllWrites();
        assertThat(script.last(Formation.class).stage()).isEqualTo(FormationStage.AGREED);
        assertThat(script.raft().role()).isEqualTo(RaftRole.FORMING);
        script.hears(2, says(FormationStage.AGREED, 2));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** Only everybody's word will do. */
    @Test
    void agreementOfTwoOfThreeIsNotEnough() {
        Script script = alone(3);
        script.hears(2, says(FormationStage.AGREED, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FORMING);
        assertThat(script.raft().missingMembers()).containsExactly(ProtocolCluster.node(3));
        script.hears(3, says(FormationStage.AGREED, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** Who is FORMED has heard everybody: that suffices, and must, since that peer announces no more. */
    @Test
    void theWordOfOneWhoIsFormedSuffices() {
        Script script = alone(3);
        script.hears(2, says(FormationStage.FORMED, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.server.disk.formation())
                .hasValueSatisfying(record -> assertThat(record.formed()).isTrue());
    }

    /** Simulation seeds 2541 and 10205 with churn: restarted before it heard so, while another founder's disk was lost for good. */
    @Test
    void theWordOfOneWhoIsFormedSufficesAlsoWhereAnotherFounderIsNotHeardAnyMore() {
        FormationRecord agreed = new FormationRecord(Membership.ofVoters(0, Entries.members(3)), false);
        Script script = new Script(3, VirtualDisk.blank().withFormation(agreed));
        script.hears(2, says(FormationStage.AGREED, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FORMING);
        script.hears(2, says(FormationStage.FORMED, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /**
     * Simulation seed 9408 with churn: its disk was lost, and announcements of long ago made it agree on a map with its new storage. It
     * learns that another one was formed, joins that, and counts by nothing that it had agreed to, not even after a restart.
     */
    @Test
    void whoHasAgreedOnAMapThatWillNeverBeFormedForgetsIt() {
        List<Member> formed = new ArrayList<>(Entries.members(3));
        formed.set(0, new Member(Entries.member(1, 9), formed.get(0).address()));
        Script script = alone(3);
        script.hears(2, says(FormationStage.GATHERING, 3)).hears(3, says(FormationStage.GATHERING, 3));
        assertThat(script.server.disk.formation()).isPresent();
        script.hears(2, new Formation(FormationStage.AGREED, Entries.addresses(3), formed));
        assertThat(script.raft().role())
                .as("it may be formed yet, for all it knows")
                .isEqualTo(RaftRole.FORMING);
        script.hears(Entries.member(2, 8), new Formation(FormationStage.FORMED, Entries.addresses(3), formed));
        assertThat(script.raft().role()).as("not one whose word it needs").isEqualTo(RaftRole.FORMING);
        script.hears(2, new Formation(FormationStage.FORMED, Entries.addresses(3), formed));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().membership()).isEmpty();
        script.append(2, 1, EntryId.ZERO, 0, 1, 1);
        assertThat(script.raft().lastIndex()).isEqualTo(2);
        script.server.restart(9, -1);
        for (int i = 0; i < 5; i++) {
            script.timesOut();
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        }
        assertThat(script.raft().lastIndex()).isEqualTo(2);
    }

    /** Alone, nobody reminds it: stopped between writing the map and being formed, it must go on by itself. */
    @Test
    void aClusterOfOneGoesOnAfterAStopInTheMiddle() {
        Script script = alone(1);
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        FormationRecord agreed = new FormationRecord(Membership.ofVoters(0, Entries.members(1)), false);
        Script again = new Script(1, VirtualDisk.blank().withFormation(agreed));
        for (int i = 0; i < 10; i++) {
            again.timesOut();
        }
        assertThat(again.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /** K8: any crash, any loss, any order; as long as no disk is lost, the cluster forms. */
    @Test
    void aClusterFormsWhateverIsLostAndWhoeverCrashes() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(4);
            ProtocolCluster cluster = ProtocolCluster.of(size, Entries.SETTINGS, number -> VirtualDisk.blank(), seed);
            for (VirtualServer server : cluster.servers) {
                server.diskIsFast = false;
            }
            for (int step = 0; step < 150; step++) {
                VirtualServer server = cluster.servers.get(random.nextInt(size));
                switch (random.nextInt(5)) {
                    case 0 -> cluster.now += 10 * ProtocolCluster.MILLI;
                    case 1 -> server.tick();
                    case 2 -> {
                        if (server.disk.hasUnconfirmed()) {
                            server.confirmOldestWrite();
                        }
                    }
                    case 3 -> {
                        if (!cluster.network.isEmpty()) {
                            var envelope = cluster.network.remove(random.nextInt(cluster.network.size()));
                            if (random.nextInt(4) > 0) {
                                cluster.deliver(envelope);
                            }
                        }
                    }
                    default -> {
                        if (random.nextInt(6) == 0) {
                            server.restart(random.nextInt(2), -1);
                        }
                    }
                }
            }
            for (VirtualServer server : cluster.servers) {
                server.diskIsFast = true;
                server.confirmAllWrites();
            }
            cluster.runMillis(3_000);
            assertThat(cluster.leader()).as("seed %s, %s servers", seed, size).isPresent();
            assertThat(cluster.servers).as("seed %s", seed).allMatch(server -> server.raft.role() != RaftRole.FORMING);
        }
    }

    /** D07: its storage is not the one that agreed. Nobody counts it, and an operator is told on both sides. */
    @Test
    void aMemberWipedBeforeTheClusterFormedIsRefused() {
        Script script = alone(3).hears(2, says(FormationStage.AGREED, 3));
        script.hears(Entries.member(3, 2), says(FormationStage.GATHERING, 3));
        script.hears(Entries.member(3, 2), says(FormationStage.GATHERING, 3));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FORMING);
        assertThat(script.server.reports)
                .filteredOn(Report.FormationConflict.class::isInstance)
                .hasSize(1);
    }

    /** D07. */
    @Test
    void aMemberWipedAfterTheClusterFormedIsToldSoAndStaysOut() {
        VirtualServer[] wiped = new VirtualServer[1];
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        wiped[0] = new VirtualServer(
                Entries.member(3, 2),
                Entries.addresses(3),
                Entries.SETTINGS,
                VirtualDisk.blank(),
                5,
                () -> cluster.now,
                envelope -> {
                    if (envelope.to().equals(ProtocolCluster.node(1))) {
                        cluster.server(1).receive(envelope.from(), envelope.message());
                    }
                });
        cluster.stop(3);
        wiped[0].tick();
        cluster.take(1, 3).forEach(envelope -> wiped[0].receive(envelope.from(), envelope.message()));
        assertThat(wiped[0].raft.role()).isEqualTo(RaftRole.FORMING);
        assertThat(wiped[0].reports).anyMatch(Report.FormationConflict.class::isInstance);
        assertThat(wiped[0].disk.formation()).isEmpty();
    }

    /** The first complete map is never replaced. */
    @Test
    void aDifferentMapIsRefusedAndTheOwnOneKept() {
        Script script = alone(2).hears(2, says(FormationStage.GATHERING, 2));
        FormationRecord own = script.server.disk.formation().orElseThrow();
        script.hears(
                Entries.member(2, 9),
                new Formation(
                        FormationStage.AGREED,
                        Entries.addresses(2),
                        List.of(
                                Entries.members(1).get(0),
                                new io.pecanraft.model.Member(Entries.member(2, 9), "host2:1"))));
        assertThat(script.server.disk.formation()).contains(own);
        assertThat(script.raft().role()).isEqualTo(RaftRole.FORMING);
        assertThat(script.server.reports).anyMatch(Report.FormationConflict.class::isInstance);
    }

    @Test
    void membersStartedWithDifferentListsSaySo() {
        Script script = alone(3).hears(2, says(FormationStage.GATHERING, 2));
        assertThat(script.server.reports)
                .anyMatch(report -> report instanceof Report.FormationConflict conflict
                        && conflict.what().contains("give all members the same list"));
    }

    /** A stranger with a copied configuration must not keep the members from finding each other complete. */
    @Test
    void aStrangerIsReportedAndDoesNotHinderTheMembers() {
        Script script = alone(2).hears(Entries.member(9), says(FormationStage.GATHERING, 2));
        assertThat(script.server.reports).anyMatch(Report.FormationConflict.class::isInstance);
        script.hears(2, says(FormationStage.GATHERING, 2));
        assertThat(script.server.disk.formation()).isPresent();
    }

    /** A formed member that restarts does not begin anew. */
    @Test
    void aFormedMemberIsAFollowerAtOnceAfterARestart() {
        ProtocolCluster cluster = blank(3);
        cluster.runMillis(2_000);
        cluster.restart(2);
        assertThat(cluster.raft(2).role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** K2, K8: storages that have lost what they promised come back in term 1, so that not even all of them found a new cluster. */
    @Test
    void foundersThatHaveBeenInATermFormNoClusterAgain() {
        ProtocolCluster cluster = ProtocolCluster.of(
                3, Entries.SETTINGS, number -> VirtualDisk.blank().withTerm(1));
        cluster.runMillis(10_000);
        for (int number = 1; number <= 3; number++) {
            assertThat(cluster.raft(number).role()).isEqualTo(RaftRole.FOLLOWER);
            assertThat(cluster.raft(number).currentTerm()).isEqualTo(1);
            assertThat(cluster.server(number).disk.formation()).isEmpty();
        }
    }
}
