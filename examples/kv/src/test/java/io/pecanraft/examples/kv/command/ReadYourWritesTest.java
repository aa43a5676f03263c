package io.pecanraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.OperationTimeoutException;
import io.pecanraft.QueryFailedException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.examples.kv.resp.Conversation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RAFT INDEX and RAFT WAIT: which reads ask whom for what. */
class ReadYourWritesTest {

    private final Conversation client = new Conversation();

    @Test
    void tellsTheIndexOfTheLastWriteInItsTurn() {
        assertThat(client.say("RAFT INDEX")).isEqualTo(":0\r\n");
        assertThat(client.send("SET a 1\r\nRAFT INDEX\r\n")).isEqualTo("+OK\r\n:1\r\n");
        assertThat(client.say("GET a")).isEqualTo("$1\r\n1\r\n");
        assertThat(client.say("RAFT INDEX")).as("a read is no write").isEqualTo(":1\r\n");
    }

    @Test
    void readsLocallyAfterAWait() {
        client.say("GET a");
        assertThat(client.say("RAFT WAIT 5")).startsWith(":");
        client.say("GET a");
        client.say("RESET");
        client.say("GET a");
        assertThat(client.node().calls()).containsExactly("read", "read not before 5", "read not before 5", "read");
    }

    @Test
    void seesItsOwnLaterWritesToo() {
        client.say("RAFT WAIT 1");
        client.say("SET a 1");
        client.say("SET a 2");
        client.say("GET a");
        assertThat(client.node().calls())
                .containsExactly("read not before 1", "propose", "propose", "read not before 2");
    }

    @Test
    void leavesReadsLinearizableWhenTheWaitFails() {
        client.node().failNext(new QueryFailedException(new IllegalStateException("no")));
        assertThat(client.say("RAFT WAIT 5")).startsWith("-ERR not done: ");
        client.say("GET a");
        assertThat(client.node().calls()).containsExactly("read not before 5", "read");
    }

    /** The node gives up a read after a time of its own; as long as somebody waits it is asked again. */
    @Test
    void asksAgainUntilTheClientHasLeft() {
        client.node().keep();
        client.say("RAFT WAIT 5 3600000");
        client.node().failKept(tooLate());
        assertThat(client.node().calls()).containsExactly("read not before 5", "read not before 5");
        client.leave();
        client.node().failKept(tooLate());
        assertThat(client.node().calls()).hasSize(2);
    }

    @Test
    void asksAgainUntilTheTimeIsOver() {
        client.node().keep();
        client.say("RAFT WAIT 5 3000");
        assertThat(client.after(Duration.ofSeconds(2))).isEmpty();
        client.node().failKept(tooLate());
        assertThat(client.after(Duration.ofSeconds(2)))
                .isEqualTo("-TIMEOUT not done: n1 has applied the log to index 0, not to 5, after 3000 ms; reads stay"
                        + " as they were\r\n");
        client.node().failKept(tooLate());
        assertThat(client.node().calls()).hasSize(2);
        client.node().release();
        client.say("GET a");
        assertThat(client.node().calls()).last().isEqualTo("read");
    }

    private static OperationTimeoutException tooLate() {
        return new OperationTimeoutException("not applied in time", Outcome.NOT_DONE, Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RAFT WAIT       | -ERR wrong number of arguments for 'raft~wait' command",
                "RAFT WAIT 1 2 3 | -ERR wrong number of arguments for 'raft~wait' command",
                "RAFT INDEX 1    | -ERR wrong number of arguments for 'raft~index' command",
                "RAFT WAIT x     | -ERR index is not an integer or out of range",
                "RAFT WAIT -1    | -ERR index is not an integer or out of range",
                "RAFT WAIT 1 0   | -ERR timeout must be from 1 to 3600000 ms",
                "RAFT WAIT 1 x   | -ERR timeout must be from 1 to 3600000 ms",
            })
    void refusesWhatIsWrong(String line, String reply) {
        assertThat(client.say(line)).isEqualTo(reply.replace("~", "|") + "\r\n");
        assertThat(client.node().calls()).isEmpty();
    }
}
