package io.pecanraft.examples.kv;

import static io.pecanraft.examples.kv.Reports.assertCanBeTyped;
import static io.pecanraft.examples.kv.Reports.assertOnly;
import static io.pecanraft.examples.kv.Reports.diagnose;
import static io.pecanraft.examples.kv.Reports.down;
import static io.pecanraft.examples.kv.Reports.node;
import static io.pecanraft.examples.kv.Reports.recovering;
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
                            .contains("2 of its 3 members", "gone for good: kv recover --force-new-cluster");
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
                "2 of its 3 members");
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
        assertNoLeader(all, "a leader needs a majority of its members: wait for n1, n2, n3 to read log and snapshot;");
        assertThat(diagnose(all))
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("--force-new-cluster"));
        List<NodeReport> one = List.of(node("n1", "PRE_CANDIDATE", "'leader':null"), down("n2"), recovering("n3"));
        assertNoLeader(one, "2 of its 3 members: wait for n3 to read log and snapshot; start those that are down");
        assertThat(diagnose(one))
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("--force-new-cluster"));
    }
}
