package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.pecanraft.LeadershipLostException;
import io.pecanraft.NotLeaderException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client's connection: order, limits, errors, its end. */
class RespConnectionTest {

    private final Conversation client = new Conversation();

    @Test
    void answersInOrderThoughLaterOnesAreReadyFirst() {
        client.node().keep();
        assertThat(client.send("SET k 1\r\nPING\r\nGET k\r\nECHO x\r\n")).isEmpty();

        client.node().release();
        assertThat(client.after(Duration.ZERO)).isEqualTo("+OK\r\n+PONG\r\n$1\r\n1\r\n$1\r\nx\r\n");
        assertThat(client.counters().requestsInFlight()).isZero();
        assertThat(client.counters().bytesInFlight()).isZero();
    }

    @Test
    void aPipelineInOnePieceIsOneCommandOfTheLog() {
        client.send("SET a 1\r\n".repeat(100));
        assertThat(client.node().calls()).containsExactly("propose");
    }

    @Test
    void saysClusterdownAfterTheHoldAndTimeoutWhenNobodyKnows() {
        client.node().failAlways(new NotLeaderException("no leader known", Optional.empty(), 3));
        assertThat(client.say("SET k 1")).isEmpty();
        assertThat(client.after(Duration.ofSeconds(5)))
                .matches("-CLUSTERDOWN not done, held for \\d{4} ms: no leader known\r\n");

        client.node().recover();
        client.node().failNext(new LeadershipLostException("leadership lost", 9, 3));
        assertThat(client.say("SET k 1"))
                .isEqualTo("-TIMEOUT outcome unknown (may still take effect): leadership lost\r\n");
        assertThat(client.counters().notDone()).isEqualTo(1);
        assertThat(client.counters().unknown()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*1\r\n*1\r\n", "$3\r\nabc\r\n", "*x\r\n", "PING\n", "+OK\r\n", "*1\r\n$3\r\nabcdef\r\n"})
    void saysWhyItClosesAfterGarbage(String garbage) {
        assertThat(client.say("SET k 1")).isEqualTo("+OK\r\n");
        assertThat(client.send(garbage))
                .startsWith("-ERR Protocol error: ")
                .endsWith("\r\n")
                .doesNotContain("null");
        assertThat(client.say("PING")).isEmpty();
        assertThat(client.closed()).isTrue();
        assertThat(client.counters().protocolErrors()).isEqualTo(1);
    }

    @Test
    void answersWhatCameBeforeTheGarbageFirst() {
        client.node().keep();
        assertThat(client.send("SET k 1\r\n*x\r\n")).isEmpty();
        client.node().release();
        assertThat(client.after(Duration.ZERO)).startsWith("+OK\r\n-ERR Protocol error: ");
    }

    @Test
    void aRequestOfABrowserIsNotTakenForCommands() {
        assertThat(client.send("POST / HTTP/1.1\r\nHost: x\r\n\r\nSET k 1\r\n"))
                .isEqualTo("-ERR Protocol error: this is not an HTTP server\r\n");
        assertThat(client.node().calls()).isEmpty();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void refusesATooLongValueAndGoesOn() {
        String value = "x".repeat(RespLimits.MAX_ARGUMENT_BYTES + 1);
        assertThat(client.ask("SET", "k", value))
                .isEqualTo("-ERR argument of 1048577 bytes is larger than the limit of 1048576 bytes\r\n");
        assertThat(client.say("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void quitAnswersWhatIsPendingAndThenCloses() {
        client.node().keep();
        client.send("SET k 1\r\nQUIT\r\nSET k 2\r\n");
        client.node().release();
        assertThat(client.after(Duration.ZERO)).isEqualTo("+OK\r\n+OK\r\n");
        assertThat(client.node().calls()).hasSize(1);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aClientThatHasSentItsLastByteStillGetsItsAnswers() {
        client.node().keep();
        client.say("SET k 1");
        client.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        client.node().release();
        assertThat(client.after(Duration.ZERO)).isEqualTo("+OK\r\n");
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aClientThatIsGoneGivesBackItsShareWhenItsBatchEndsAndNotBefore() {
        client.node().keep();
        client.send("SET k 1\r\nSET k 2\r\nPING\r\n");
        assertThat(client.counters().requestsInFlight()).isEqualTo(3);
        client.channel().close();
        assertThat(client.counters().requestsInFlight()).isEqualTo(3);
        assertThat(client.counters().bytesInFlight()).isPositive();

        client.node().release();
        assertThat(client.after(Duration.ZERO)).isEmpty();
        assertThat(client.counters().requestsInFlight()).isZero();
        assertThat(client.counters().bytesInFlight()).isZero();
    }

    @Test
    void aClientThatIsGoneWithNothingUnderWayGivesBackItsShareAtOnce() {
        client.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        client.send("GET k\r\n");
        assertThat(client.counters().requestsInFlight()).isEqualTo(1);
        client.channel().close();
        assertThat(client.counters().requestsInFlight()).isZero();
        assertThat(client.counters().bytesInFlight()).isZero();
    }

    @Test
    void anAnswerThatCannotBeReadIsAnErrorWithItsOutcomeAndTheConnectionGoesOn() {
        client.node().answerNext(ByteBuffer.wrap(new byte[] {99}), ByteBuffer.allocate(0));
        assertThat(client.say("SET k 1")).startsWith("-TIMEOUT outcome unknown (may have taken effect): ");
        assertThat(client.say("GET k")).startsWith("-ERR internal error, nothing was changed: ");
        assertThat(client.say("GET k")).isEqualTo("$1\r\n1\r\n");
        assertThat(client.counters().requestsInFlight()).isZero();
        assertThat(client.channel().isOpen()).isTrue();
    }

    @Test
    void isNotReadWhileTooManyRequestsAreInFlight() {
        client.node().keep();
        client.send("GET k\r\n".repeat(RespLimits.MAX_CONNECTION_REQUESTS - 1));
        assertThat(client.channel().config().isAutoRead()).isTrue();
        client.send("GET k\r\n");
        assertThat(client.channel().config().isAutoRead()).isFalse();

        client.node().release();
        client.after(Duration.ZERO);
        assertThat(client.channel().config().isAutoRead()).isTrue();
    }

    @Test
    void isNotReadWhileTheWholeServerHasTooManyInFlight() {
        Conversation limited = new Conversation(new RespLimits(10, 4, 1 << 20, 1 << 20, Duration.ZERO));
        limited.node().keep();
        limited.send("GET k\r\n".repeat(3));
        assertThat(limited.channel().config().isAutoRead()).isTrue();
        limited.send("GET k\r\n");
        assertThat(limited.channel().config().isAutoRead()).isFalse();

        limited.node().release();
        limited.after(Duration.ZERO);
        limited.channel().runPendingTasks();
        assertThat(limited.channel().config().isAutoRead()).isTrue();
        assertThat(limited.say("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void makesNoRepliesForAClientThatDoesNotTakeThem() {
        client.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        client.channel().writeInbound(Unpooled.copiedBuffer("GET k\r\n", StandardCharsets.US_ASCII));
        assertThat(client.node().calls()).isEmpty();
        assertThat(client.channel().config().isAutoRead()).isFalse();

        client.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        client.channel().runPendingTasks();
        assertThat(client.after(Duration.ZERO)).isEqualTo("$-1\r\n");
        assertThat(client.channel().config().isAutoRead()).isTrue();
    }

    @Test
    void repliesInTheVersionThatHelloAskedFor() {
        assertThat(client.say("GET k")).isEqualTo("$-1\r\n");
        assertThat(client.say("HELLO 3")).startsWith("%7\r\n$6\r\nserver\r\n$9\r\npecanraft\r\n");
        assertThat(client.say("GET k")).isEqualTo("_\r\n");
        assertThat(client.say("HELLO 2")).startsWith("*14\r\n");
        assertThat(client.say("GET k")).isEqualTo("$-1\r\n");
    }

    @Test
    void aReplyIsInTheVersionOfItsRequestThoughItComesLater() {
        client.node().keep();
        client.send("GET k\r\nHELLO 3\r\nGET k\r\n");
        client.node().release();
        assertThat(client.after(Duration.ZERO)).startsWith("$-1\r\n%7\r\n").endsWith("_\r\n");
    }
}
