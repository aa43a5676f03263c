package io.pecanraft.examples.kv;

import static io.pecanraft.examples.kv.Reports.assertCanBeTyped;
import static io.pecanraft.examples.kv.Reports.assertOnly;
import static io.pecanraft.examples.kv.Reports.diagnose;
import static io.pecanraft.examples.kv.Reports.down;
import static io.pecanraft.examples.kv.Reports.node;
import static io.pecanraft.examples.kv.Reports.recovering;
import static io.pecanraft.examples.kv.Reports.refusing;
import static io.pecanraft.examples.kv.Reports.voter;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code kv doctor} says while nobody leads. */
class LeaderlessTest {

    @Test
    void withoutAMajorityThereIsNoLeader() {
        assertThat(diagnose(List.of(node("n1", "PRE_CANDIDATE", "'leader':null"), down("n2"), down("n3"))))
                .first()
                .satisfies(finding -> {
                    assertThat(finding.grave()).isTrue();
                    assertThat(finding.what()).contains("there is no leader").contains("1 nodes answer");
                    assertThat(finding.advice())
                            .contains("2 of its 3 voters", "gone for good: kv recover --force-new-cluster");
                    assertCanBeTyped(finding.advice());
                });
    }

    @Test
    void aClusterThatFormsWaitsForSomebody() {
        assertThat(diagnose(List.of(node("n1", "FORMING", "'missing':['n2','n3'],'members':[]"), down("n2"))))
                .first()
                .satisfies(finding -> {
                    assertThat(finding.what()).isEqualTo("n1 waits for n2, n3 to form the cluster");
                    assertThat(finding.advice()).contains("kv server --id n2, kv server --id n3");
                    assertCanBeTyped(finding.advice());
                });
    }

    /** With a fourth node, of which whoever asks does not know. */
    @Test
    void aLeaderThatWasNotAskedIsNoMissingLeader() {
        NodeReport n1 = node("n1", "FOLLOWER", "'leader':'n4'");
        NodeReport n2 = node("n2", "FOLLOWER", "'leader':'n4'");
        assertOnly(List.of(n1, n2), false, "n4 leads, and was not asked", "--servers");
        assertThat(NodeReport.leaderElsewhere(List.of(n1, n2))).contains("n4");
        NodeReport alone = node("n1", "FOLLOWER", "'leader':'n2'");
        assertOnly(
                List.of(alone, node("n2", "FOLLOWER", "'leader':'n2'")),
                true,
                "there is no leader",
                "2 of its 3 voters");
    }

    private static void assertNoLeader(List<NodeReport> reports, String advice) {
        assertThat(diagnose(reports)).first().satisfies(finding -> {
            assertThat(finding.what()).contains("there is no leader");
            assertThat(finding.advice()).contains(advice);
            assertCanBeTyped(finding.advice());
        });
    }

    /** After a power cut, say. */
    @Test
    void whileNodesReadTheirLogsTheyAreWaitedForAndNotGivenUp() {
        List<NodeReport> all = List.of(recovering("n1"), recovering("n2"), recovering("n3"));
        assertNoLeader(all, "a leader needs a majority of its voters: wait for n1, n2, n3 to read log and snapshot;");
        assertThat(diagnose(all))
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("--force-new-cluster"));
        List<NodeReport> one = List.of(node("n1", "PRE_CANDIDATE", "'leader':null"), down("n2"), recovering("n3"));
        assertNoLeader(one, "2 of its 3 voters: wait for n3 to read log and snapshot; start those that are down");
        assertThat(diagnose(one))
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("--force-new-cluster"));
    }

    @Test
    void aLeaderThatRefusesToAnswerIsNoMissingLeader() {
        String named = "'leader':'n3'";
        assertOnly(
                List.of(node("n1", "FOLLOWER", named), node("n2", "FOLLOWER", named), refusing("n3")),
                false,
                "n3 at 127.0.0.1:7001 is up",
                "--password-file");
    }

    /** With {@code --servers} its name is known to its followers only. */
    @Test
    void aLeaderThatRefusesToAnswerAndIsKnownByItsAddressIsNotCalledUnasked() {
        String named = "'leader':'n3'";
        List<NodeReport> reports = List.of(
                node("n1", "FOLLOWER", named), node("n2", "FOLLOWER", named), refusing(Reports.ADDRESS.toString()));
        assertThat(diagnose(reports))
                .anySatisfy(finding -> assertThat(finding.what())
                        .startsWith("n3 leads by what its followers know, and was not asked or did not answer"))
                .noneSatisfy(finding -> assertThat(finding.what()).contains("there is no leader"))
                .allSatisfy(finding -> assertCanBeTyped(finding.advice()));
    }

    @Test
    void whoRefusesToAnswerIsNotGivenUp() {
        List<NodeReport> reports = List.of(node("n1", "CANDIDATE", "'leader':null"), refusing("n2"), refusing("n3"));
        assertNoLeader(reports, "2 of its 3 voters");
        assertThat(diagnose(reports))
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("--force-new-cluster"));
    }

    private static NodeReport candidate(boolean joint, String... members) {
        return node(
                "n1", "CANDIDATE", "'leader':null,'joint':" + joint + ",'members':[" + String.join(",", members) + "]");
    }

    @Test
    void learnersAreNotCounted() {
        String learner = "{'node':'n4','vote':'LEARNER'}";
        assertNoLeader(
                List.of(candidate(false, voter("n1"), voter("n2"), voter("n3"), learner)), "needs 2 of its 3 voters");
    }

    /** Five names of two configurations make no majority of one. */
    @Test
    void inAJointConfigurationBothMajoritiesAreNeeded() {
        assertNoLeader(
                List.of(candidate(true, voter("n1"), voter("n2"), voter("n3"), voter("n4"), voter("n5"))),
                "needs a majority of the old and of the new voters");
    }

    /** And not of the one that names the most. */
    @Test
    void theNewestConfigurationIsCounted() {
        NodeReport behind = node(
                "n2",
                "FOLLOWER",
                "'leader':null,'lastIndex':9,'members':[" + voter("n1") + "," + voter("n2") + "," + voter("n3") + ","
                        + voter("n4") + "," + voter("n5") + "]");
        assertNoLeader(
                List.of(candidate(false, voter("n1"), voter("n2"), voter("n3")), behind), "needs 2 of its 3 voters");
    }
}
