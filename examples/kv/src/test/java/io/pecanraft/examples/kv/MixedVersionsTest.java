package io.pecanraft.examples.kv;

import static io.pecanraft.examples.kv.Reports.assertOnly;
import static io.pecanraft.examples.kv.Reports.diagnose;
import static io.pecanraft.examples.kv.Reports.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code kv doctor} says of nodes that do not run the same. */
class MixedVersionsTest {

    @Test
    void mixedVersionsAreNamedWithWhoIsBehind() {
        String n3 =
                "{'node':'n3','lagEntries':0,'replication':'REPLICATE','millisSinceContact':9,'applicationVersion':1}";
        NodeReport leader = node("n1", "LEADER", "'applicationVersion':2,'followers':[" + n3 + "]");
        assertOnly(
                List.of(leader, node("n2", "FOLLOWER", "")),
                false,
                "mixed versions: n2 runs 0, n3 runs 1, the newest is 2",
                "the leader n1 last");
    }

    /** Releases that read the same commands. */
    @Test
    void mixedProgramsAreNamed() {
        NodeReport n1 = node("n1", "LEADER", "'version':'0.2.0'");
        NodeReport n2 = node("n2", "FOLLOWER", "'version':'0.1.0'");
        NodeReport n3 = node("n3", "FOLLOWER", "'version':'0.2.0'");
        assertOnly(
                List.of(n1, n2, n3),
                false,
                "mixed programs: 0.1.0 on n2; 0.2.0 on n1, n3",
                "a restart (kv server) for one after the other, the leader n1 last, after RAFT TRANSFER there");
        assertThat(diagnose(List.of(n1, n2, n3)).get(0).advice()).contains("docs/upgrades.md");
        assertThat(diagnose(List.of(n1, n3))).isEmpty();
    }

    @Test
    void aServerThatDoesNotSayItsProgramIsNoFinding() {
        NodeReport leader = node("n1", "LEADER", "'version':'0.2.0'");
        assertThat(diagnose(List.of(leader, node("n2", "FOLLOWER", ""), node("n3", "FOLLOWER", "'version':null"))))
                .isEmpty();
    }

    /** One upgrade, one finding. */
    @Test
    void programsWhoseCommandsDifferAsWellAreNamedAtOnce() {
        NodeReport n1 = node("n1", "LEADER", "'version':'0.2.0','applicationVersion':2");
        NodeReport n2 = node("n2", "FOLLOWER", "'version':'0.1.0','applicationVersion':1");
        assertOnly(
                List.of(n1, n2),
                false,
                "mixed versions: n2 runs 1, the newest is 2; mixed programs: 0.1.0 on n2; 0.2.0 on n1",
                "docs/upgrades.md; commands of a new format wait until all have it");
    }
}
