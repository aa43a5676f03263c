package io.pecanraft.examples.kv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the console says of a request that another node has to carry out. */
class ConsoleActionsTest {

    private static final String SNAPSHOT_OF_N2 = "{\"action\": \"snapshot\", \"node\": \"n2\"}";

    private HttpServer other;

    @BeforeEach
    void start() throws IOException {
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        other.start();
    }

    @AfterEach
    void stop() {
        other.stop(0);
    }

    private void otherAnswers(int status, String body) {
        other.createContext("/api/act", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private ConsoleActions.Answer ask(String httpOfN2) {
        StoreStatus store = new StoreStatus(2, 0, 0, 0, 0, Map.of("n2", new Announced("127.0.0.1:1", httpOfN2)));
        ConsoleSettings settings = new ConsoleSettings(
                "1",
                NodeId.of("n1"),
                new ScriptedNode(),
                () -> store,
                new Counters(),
                Path.of("."),
                "",
                true,
                List::of);
        return new ConsoleActions(settings).carryOut(SNAPSHOT_OF_N2, false);
    }

    private String address() {
        return "127.0.0.1:" + other.getAddress().getPort();
    }

    @Test
    void theOthersAnswerIsPassedBack() {
        otherAnswers(200, "{\"message\": \"snapshot at index 7\"}");
        assertThat(ask(address())).isEqualTo(new ConsoleActions.Answer(200, "snapshot at index 7"));
    }

    /** Such as a proxy's page: the node behind it may have done what was asked. */
    @Test
    void anAnswerThatIsNoneLeavesTheOutcomeUnknown() {
        for (String body : new String[] {"<html>Bad gateway</html>", "[]", "{}", "{\"message\": {}}", "{", ""}) {
            otherAnswers(502, body);
            assertThat(ask(address())).as(body).satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.message()).startsWith("outcome unknown: n2 at http://" + address());
            });
            other.removeContext("/api/act");
        }
    }

    @Test
    void anAddressThatIsNoneMeansThatNothingWasDone() {
        assertThat(ask("no address")).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.message()).startsWith("not done: n2 would have to do it");
        });
    }
}
