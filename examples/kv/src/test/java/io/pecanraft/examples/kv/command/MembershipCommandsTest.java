package io.pecanraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.MembershipChangeInProgressException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.examples.kv.resp.Conversation;
import io.pecanraft.model.NodeId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands about membership ask of the node, and what they make of its refusals. */
class MembershipCommandsTest {

    private final Conversation client = new Conversation();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RAFT ADD n2 h:1             | Add[member=n2=h:1]",
                "raft add n2 h:1 voter       | Add[member=n2=h:1]",
                "RAFT ADD n2 h:1 LEARNER     | AddLearner[member=n2=h:1]",
                "RAFT REMOVE n2              | Remove[node=n2]",
                "RAFT PROMOTE n2             | Promote[node=n2]",
                "RAFT DEMOTE n2              | Demote[node=n2]",
                "RAFT REPLACE n1             | Replace[node=n1, by=n1=localhost:8001]",
                "RAFT REPLACE n1 n4 h:1      | Replace[node=n1, by=n4=h:1]",
            })
    void asksForOneStep(String line, String step) {
        assertThat(client.say(line)).startsWith("*6\r\n$5\r\nindex\r\n");
        assertThat(client.node().calls()).containsExactly("[" + step + "]");
    }

    @Test
    void namesTheLeaderWithItsAddress() {
        client.node().failNext(new NotLeaderException("not here", Optional.of(NodeId.of("n1")), 3));
        assertThat(client.say("RAFT REMOVE n2"))
                .isEqualTo("-NOTLEADER not done: n1 does not lead, n1 does (Raft address localhost:8001); ask it\r\n");
        client.node().failNext(new NotLeaderException("not here", Optional.empty(), 3));
        assertThat(client.say("RAFT TRANSFER n2"))
                .isEqualTo("-NOTLEADER not done: n1 does not lead, and knows of no leader; try again\r\n");
    }

    @Test
    void saysWhetherAChangeMayHaveTakenEffect() {
        client.node().failNext(new MembershipChangeInProgressException(7));
        assertThat(client.say("RAFT REMOVE n2")).startsWith("-TRYAGAIN not done: ");
        client.node().failNext(new LeadershipLostException("lost it", 7, 3));
        assertThat(client.say("RAFT REMOVE n2"))
                .isEqualTo("-TIMEOUT outcome unknown (may still take effect): lost it; look at RAFT MEMBERS before you"
                        + " repeat it\r\n");
    }

    /** The change goes on at the node; the client may go on too. */
    @Test
    void saysThatAChangeGoesOnWhenItTakesLongerThanTheHold() {
        client.node().keep();
        assertThat(client.say("RAFT REMOVE n2")).isEmpty();
        assertThat(client.after(Duration.ofSeconds(4))).isEmpty();
        assertThat(client.after(Duration.ofSeconds(2)))
                .isEqualTo("-TIMEOUT outcome unknown (goes on): not finished within 5000 ms; look at RAFT MEMBERS and"
                        + " RAFT STATUS before you repeat it\r\n");
        client.node().release();
        assertThat(client.say("PING")).isEqualTo("+PONG\r\n");
    }
}
