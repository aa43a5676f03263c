package io.pecanraft.examples.kv;

import static io.pecanraft.examples.kv.Reports.ADDRESS;
import static io.pecanraft.examples.kv.Reports.assertOnly;
import static io.pecanraft.examples.kv.Reports.diagnose;
import static io.pecanraft.examples.kv.Reports.down;
import static io.pecanraft.examples.kv.Reports.follower;
import static io.pecanraft.examples.kv.Reports.goodLeader;
import static io.pecanraft.examples.kv.Reports.leader;
import static io.pecanraft.examples.kv.Reports.node;
import static io.pecanraft.examples.kv.Reports.recovering;
import static io.pecanraft.examples.kv.Reports.refusing;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.Client;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    @Test
    void aHealthyClusterHasNoFindings() {
        assertThat(diagnose(List.of(goodLeader(), node("n2", "FOLLOWER", ""), node("n3", "FOLLOWER", ""))))
                .isEmpty();
    }

    @Test
    void nobodyAnswers() {
        assertOnly(List.of(down("n1"), down("n2")), true, "n2 at 127.0.0.1:7001 (connection refused)", "kv cluster");
    }

    @Test
    void oneOfThreeIsDown() {
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", ""), down("n3")),
                false,
                "n3 at 127.0.0.1:7001 does not answer: connection refused",
                "start it again with the same --data: kv server --id n3. If its data is lost, start it as before (with --join if it had founded its cluster alone) with an empty --data, and"
                        + " then, at the leader: RAFT REPLACE n3. If it does not come back: RAFT REMOVE n3");
    }

    @Test
    void whoRefusesToAnswerIsUpAndNotGivenUp() {
        NodeReport n2 = node("n2", "FOLLOWER", "");
        assertOnly(
                List.of(goodLeader(), n2, refusing("n3")),
                false,
                "n3 at 127.0.0.1:7001 is up, and does not say how it is: NOAUTH Authentication required.",
                "give --password-file, with the file of its --resp-password-file");
        assertThat(diagnose(List.of(leader(follower("n3", 0, "PROBE", 61_000)), n2, refusing("n3"))))
                .hasSize(2)
                .noneSatisfy(finding -> assertThat(finding.advice()).contains("RAFT RE"));
    }

    @Test
    void whoHangsUpIsPerhapsNotAskedAsItWants() {
        NodeReport hangsUp = new NodeReport(
                "n3", ADDRESS, new JsonObject(), Optional.of(Silence.of(new EOFException(), RespAccess.PLAIN)));
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", ""), hangsUp),
                false,
                "n3 at 127.0.0.1:7001 does not answer: EOFException",
                "if it talks TLS (--resp-tls-cert), give --tls-ca; else, is its process up?");
        assertThat(diagnose(List.of(goodLeader(), hangsUp)).get(0).advice()).doesNotContain("RAFT RE");
    }

    /** One with too many clients, say. */
    @Test
    void whoRefusesForAnotherReasonIsToBeHeard() {
        Silence full = Silence.of(new Client.Refused("ERR max number of clients reached"), RespAccess.PLAIN);
        NodeReport refuses = new NodeReport("n3", ADDRESS, new JsonObject(), Optional.of(full));
        String what = "ERR max number of clients reached";
        assertOnly(List.of(goodLeader(), node("n2", "FOLLOWER", ""), refuses), false, what, "do what it says");
        assertOnly(List.of(refuses), true, what, "do what it says");
    }

    @Test
    void whenAllRefuseToAnswerNoneIsToBeStarted() {
        assertOnly(List.of(refusing("n1"), refusing("n2")), true, "no node says how it is: n1 at", "give --password-");
        assertThat(diagnose(List.of(refusing("n1"), refusing("n2"))).get(0).advice())
                .doesNotContain("start");
        assertOnly(
                List.of(refusing("n1"), down("n2")), true, "no node says how it is", "; start the others (kv cluster");
    }

    /** Whoever does not answer has not said its name. */
    @Test
    void anAddressIsNoNameToType() {
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", ""), down(ADDRESS.toString())),
                false,
                "does not answer",
                "kv server --id <id>. If its data is lost, start it as before (with --join if it had founded its cluster alone) with an empty --data, and then, at the leader: RAFT REPLACE <id>.");
    }

    @Test
    void aNodeThatStoppedItselfSaysWhy() {
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", "'failure':'flushing /data failed'")),
                true,
                "n2 stopped itself: flushing /data failed",
                "kv log verify looks at its --data), then restart n2 with the same --data: kv server --id n2");
    }

    @Test
    void aWipedNodeIsToBeReadmitted() {
        assertOnly(
                List.of(goodLeader(), node("n3", "FOLLOWER", "'standing':'REPLACED','advice':'re-admit this one'")),
                true,
                "n3 takes no part in the cluster (REPLACED)",
                "re-admit this one");
    }

    @Test
    void aFollowerIsSilentOrLagsOrGetsASnapshot() {
        NodeReport n2 = node("n2", "FOLLOWER", "");
        assertOnly(
                List.of(leader(follower("n3", 0, "PROBE", 61_000)), n2),
                false,
                "has not heard of n3 for 61 s",
                "n1 and n3 reach each other's Raft ports. If its data is lost, start it as before (with --join if it had founded its cluster alone) with an empty --data, and then, at the"
                        + " leader: RAFT REPLACE n3");
        assertOnly(List.of(leader(follower("n3", 0, "PROBE", -1)), n2), false, "has not heard of n3 in its term", "up");
        assertOnly(List.of(leader(follower("n3", 20_000, "REPLICATE", 5)), n2), false, "20000 entries behind", "disk");
        assertOnly(List.of(leader(follower("n3", 20_000, "SNAPSHOT", 5)), n2), false, "snapshot", "nothing to do");
    }

    /** It is up, and its disk holds what it held: nothing to remove or to replace. */
    @Test
    void whoReadsItsLogIsWaitedForAndNotGivenUp() {
        NodeReport n2 = node("n2", "FOLLOWER", "");
        String what = "n3 reads its log and snapshot";
        String wait = "wait; ";
        assertOnly(List.of(leader(follower("n3", 0, "PROBE", 61_000)), n2, recovering("n3")), false, what, wait);
        assertOnly(List.of(leader(follower("n3", 0, "PROBE", -1)), n2, recovering("n3")), false, what, wait);
        assertOnly(List.of(leader(follower("n3", 20_000, "REPLICATE", 5)), n2, recovering("n3")), false, what, wait);
        assertOnly(List.of(leader(""), n2, node("n3", "FORMING", "'state':'NEW','members':[]")), false, what, wait);
        assertThat(diagnose(List.of(leader(follower("n3", 0, "PROBE", 61_000)), n2, recovering("n3"))))
                .noneSatisfy(finding -> assertThat(finding.advice()).containsAnyOf("RAFT RE", "empty"));
    }

    @Test
    void whatIsSlowIsNamed() {
        NodeReport leader = goodLeader();
        assertOnly(
                List.of(leader, node("n2", "FOLLOWER", "'appliedIndex':10")),
                false,
                "the state machine of n2 is 49990 entries behind",
                "jcmd 42 Thread.print");
        assertOnly(
                List.of(leader, node("n2", "FOLLOWER", "'writeMillis':251")),
                false,
                "the disk of n2 is slow: what is written to the log is durable after 251 ms",
                "iostat");
        assertOnly(
                List.of(node("n1", "LEADER", "'writeMillis':251"), node("n2", "FOLLOWER", "")),
                false,
                "the disk of n1 is slow",
                "hand over: RAFT TRANSFER");
        assertThat(diagnose(List.of(leader, node("n2", "FOLLOWER", "'writeMillis':250"))))
                .isEmpty();
    }

    @Test
    void aDiskThatRunsFullIsNamed() {
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", "'storageLack':'7 MiB are left'")),
                true,
                "n2 takes no new commands, for its disk is nearly full: 7 MiB are left",
                "goes on by itself");
    }

    @Test
    void wallClocksThatDifferAreNamedByHowMuch() {
        NodeReport leader = node("n1", "LEADER", "'clockAheadMillis':100");
        NodeReport n2 = node("n2", "FOLLOWER", "'clockAheadMillis':37100");
        NodeReport n3 = node("n3", "FOLLOWER", "'clockAheadMillis':-60");
        assertOnly(List.of(leader, n2, n3), false, "wall clocks differ: n2 is 37.0 s ahead", "timedatectl");
        NodeReport late = node("n2", "FOLLOWER", "'clockAheadMillis':-2100");
        assertOnly(List.of(leader, late, n3), false, "wall clocks differ: n2 is 2.04 s behind", "certificates");
        assertThat(diagnose(List.of(leader, n3))).isEmpty();
    }

    /** Neither as one that is wrong, nor as one by which others are. */
    @Test
    void aServerThatDoesNotSayItsClockIsLeftOut() {
        NodeReport n1 = node("n1", "LEADER", "'clockAheadMillis':37000");
        NodeReport n2 = node("n2", "FOLLOWER", "'clockAheadMillis':37100");
        NodeReport silent = node("n3", "FOLLOWER", "");
        NodeReport silentToo = node("n4", "FOLLOWER", "'clockAheadMillis':null");
        assertThat(diagnose(List.of(n1, n2, silent))).isEmpty();
        assertThat(diagnose(List.of(n1, silent, silentToo))).isEmpty();
    }

    @Test
    void twoLeadersOfTwoTermsPassAndTwoOfOneTermNever() {
        assertOnly(
                List.of(goodLeader(), node("n2", "LEADER", "'term':8")),
                false,
                "n1 in term 7, n2 in term 8",
                "a few seconds");
        assertOnly(List.of(goodLeader(), node("n2", "LEADER", "")), true, "must never be", "report it");
    }

    @Test
    void nodesOfDifferentClustersDoNotBelongTogether() {
        assertOnly(
                List.of(goodLeader(), node("n2", "FOLLOWER", "'cluster':'c2'")), true, "c1, c2", "--members of each");
    }

    @Test
    void aChangeOfTheMembershipIsNamed() {
        String change = "'membershipChange':{'millis':%d,'waitsFor':'n4 to catch up, which lacks 17 entries'}";
        assertOnly(
                List.of(node("n1", "LEADER", String.format(change, 3_000))),
                false,
                "under way for 3 s and waits for n4 to catch up, which lacks 17 entries",
                "look again");
        assertOnly(
                List.of(node("n1", "LEADER", String.format(change, 61_000))),
                false,
                "stuck? a change of the membership is under way for 61 s",
                "start whom it waits for");
    }

    private static List<NodeReport> withCertificate(String option, String expires, boolean followed) {
        String certificate = "'certificates':[{'option':'" + option + "','file':'/etc/kv/n2.pem','expires':'" + expires
                + "','followed':" + followed + "}]";
        return List.of(goodLeader(), node("n2", "FOLLOWER", certificate), node("n3", "FOLLOWER", ""));
    }

    @Test
    void aCertificateThatLastsIsNoFinding() {
        assertThat(diagnose(withCertificate("--tls-cert", "2026-02-14T12:00:01Z", true)))
                .isEmpty();
    }

    @Test
    void aCertificateExpiresSoon() {
        assertOnly(
                withCertificate("--tls-cert", "2026-02-14T12:00:00Z", true),
                false,
                "the certificate of n2 in /etc/kv/n2.pem (--tls-cert) expires in 14 days, at 2026-02-14T12:00:00Z",
                "n2 takes it within ten seconds, without a restart");
        assertOnly(
                withCertificate("--tls-ca", "2026-02-01T12:00:00Z", true),
                false,
                "the certificate of n2 in /etc/kv/n2.pem (--tls-ca) expires in 24 hours",
                "openssl x509 -noout -enddate -in /etc/kv/n2.pem");
    }

    @Test
    void aCertificateHasExpired() {
        assertOnly(
                withCertificate("--resp-tls-cert", "2026-01-31T12:00:00Z", false),
                true,
                "the certificate of n2 in /etc/kv/n2.pem (--resp-tls-cert) expired at 2026-01-31T12:00:00Z",
                "then restart n2");
    }

    @Test
    void aDiskHasLostWhatItHeld() {
        assertOnly(
                List.of(
                        goodLeader(),
                        node("n2", "FOLLOWER", "'damages':['/data/n2/log/3: entry 41 is not what was written']"),
                        node("n3", "FOLLOWER", "")),
                false,
                "n2 has found damage on its disk: /data/n2/log/3: entry 41",
                "restart n2 with the same --data");
    }
}
