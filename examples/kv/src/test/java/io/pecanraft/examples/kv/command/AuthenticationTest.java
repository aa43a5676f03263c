package io.pecanraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.kv.resp.Conversation;
import io.pecanraft.examples.kv.resp.Password;
import io.pecanraft.examples.kv.store.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a password serves nobody who has not said it. */
class AuthenticationTest {

    private static final String OUTSIDE = "-NOAUTH Authentication required.\r\n";
    private static final String WRONG = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    private final Conversation client = new Conversation(Password.of("s3cret word"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET k",
                "SET k v",
                "PING",
                "NOPE",
                "INFO",
                "COMMAND",
                "RAFT STATUS",
                "RAFT REMOVE n1",
                "CLUSTER NODES",
                "MULTI",
                "CLIENT ID",
                "FLUSHALL",
                "CONFIG GET save"
            })
    void aStrangerIsToldNothing(String statement) {
        assertThat(client.say(statement)).isEqualTo(OUTSIDE);
        assertThat(client.node().calls()).isEmpty();
    }

    @Test
    void whoKnowsThePasswordIsLetIn() {
        assertThat(client.ask("AUTH", "s3cret word")).isEqualTo("+OK\r\n");
        assertThat(client.say("SET k v")).isEqualTo("+OK\r\n");
        assertThat(client.ask("AUTH", "default", "s3cret word")).isEqualTo("+OK\r\n");
    }

    @Test
    void whoDoesNotIsNot() {
        assertThat(client.ask("AUTH", "s3cret")).isEqualTo(WRONG);
        assertThat(client.ask("AUTH", "root", "s3cret word")).isEqualTo(WRONG);
        assertThat(client.say("GET k")).isEqualTo(OUTSIDE);
    }

    @Test
    void afterThreeWrongPasswordsTheConnectionIsClosed() {
        for (int i = 0; i < 3; i++) {
            assertThat(client.say("AUTH guess" + i)).isEqualTo(WRONG);
        }
        assertThat(client.ask("AUTH", "s3cret word"))
                .as("nothing is looked at any more")
                .isEmpty();
    }

    @Test
    void helloMayBringThePassword() {
        assertThat(client.say("HELLO 3"))
                .startsWith("-NOAUTH HELLO must be called with the client already authenticated");
        assertThat(client.ask("HELLO", "3", "AUTH", "default", "no")).isEqualTo(WRONG);
        assertThat(client.ask("HELLO", "3", "AUTH", "default", "s3cret word", "SETNAME", "me"))
                .startsWith("%7\r\n");
        assertThat(client.say("CLIENT GETNAME")).isEqualTo("$2\r\nme\r\n");
    }

    @Test
    void resetMakesAStrangerOfAClient() {
        client.ask("AUTH", "s3cret word");
        assertThat(client.say("RESET")).isEqualTo("+RESET\r\n");
        assertThat(client.say("GET k")).isEqualTo(OUTSIDE);
    }

    @Test
    void aStrangerMayLeave() {
        assertThat(client.say("QUIT")).isEqualTo("+OK\r\n");
    }

    @Test
    void aStrangerSendsNoLargeRequests() {
        assertThat(client.send("*11\r\n")).isEqualTo("-ERR Protocol error: unauthenticated multibulk length\r\n");
        Conversation other = new Conversation(Password.of("x"));
        assertThat(other.send("*2\r\n$4\r\nAUTH\r\n$16385\r\n"))
                .isEqualTo("-ERR Protocol error: unauthenticated bulk length\r\n");
    }

    @Test
    void whoHasBeenLetInMay() {
        String value = "v".repeat(20_000);
        assertThat(client.send("*2\r\n$4\r\nAUTH\r\n$11\r\ns3cret word\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$20000\r\n"
                        + value + "\r\n"))
                .as("also in one piece")
                .isEqualTo("+OK\r\n+OK\r\n");
    }

    @Test
    void aPasswordShowsItselfToNobody() {
        assertThat(Password.of("s3cret")).hasToString("(a password)");
        assertThat(Password.of("s3cret").matches(Bytes.of("s3cret"))).isTrue();
        assertThatThrownBy(() -> Password.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Password.of("x".repeat(1_025))).isInstanceOf(IllegalArgumentException.class);
    }
}
