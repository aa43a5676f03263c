package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What supervisors are told over HTTP. */
class HttpPortTest {

    @TempDir
    Path directory;

    @Test
    void aServerThatLeadsIsAliveAndReadyAndMeasured() throws IOException, InterruptedException {
        InProcess only = new InProcess(directory, 1);
        HostPort http = only.http(0);
        try (KvServer server = KvServer.start(only.settings(0));
                Jedis client = ProcessCluster.client(only.clients(0))) {
            assertThat(server.failure()).isNotDone();
            // Before it leads, which may take two election timeouts, a write may be held in vain.
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> Http.get(http, "/readyz").status() == 200);
            client.set("k", "v");
            assertThat(Http.get(http, "/healthz"))
                    .isEqualTo(new Http.Answer(200, "text/plain; charset=utf-8", "alive\n"));
            assertThat(Http.get(http, "/readyz").body()).isEqualTo("ready\n");

            Http.Answer metrics = Http.get(http, "/metrics");
            assertThat(metrics.contentType()).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.body())
                    .contains("raft_leader{group=\"0\",node=\"n1\"} 1.0")
                    .contains("raft_commit_latency_seconds_bucket")
                    .contains("raft_transport_handshakes_refused_total{node=\"n1\"} 0.0")
                    .contains("kv_connections{node=\"n1\"} 1.0");
        }
    }

    @Test
    void aServerThatWaitsForOthersIsAliveAndNotReady() throws IOException, InterruptedException {
        InProcess three = new InProcess(directory, 3);
        try (KvServer server = KvServer.start(three.settings(0))) {
            assertThat(server.failure()).isNotDone();
            assertThat(Http.get(three.http(0), "/healthz").status()).isEqualTo(200);
            Http.Answer answer = Http.get(three.http(0), "/readyz");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).startsWith("not ready: ");
        }
    }

    @Test
    void aFollowerWithoutALeaderIsNotReady() throws IOException, InterruptedException {
        InProcess three = new InProcess(directory, 3);
        List<KvServer> servers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                servers.add(KvServer.start(three.settings(i)));
            }
            for (int i = 0; i < 3; i++) {
                HostPort http = three.http(i);
                await().atMost(ProcessCluster.PATIENCE)
                        .until(() -> Http.get(http, "/readyz").status() == 200);
            }
            servers.get(0).close();
            servers.get(1).close();
            HostPort left = three.http(2);
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> Http.get(left, "/readyz").status() == 503);
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> Http.get(left, "/readyz").body().contains("no leader is known"));
            assertThat(Http.get(left, "/healthz").status()).isEqualTo(200);
        } finally {
            servers.forEach(KvServer::close);
        }
    }

    @Test
    void whatIsToBeDoneIsSaidInTheWordsOfTheProgram() throws IOException, InterruptedException {
        InProcess only = new InProcess(directory, 1);
        try (KvServer server = KvServer.start(only.joining(0))) {
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> Http.get(only.http(0), "/readyz").body().contains("at the leader: RAFT ADD n1"));
            assertThat(Http.get(only.http(0), "/readyz").body()).doesNotContain("changeMembership");
            assertThat(server.failure()).isNotDone();
        }
    }

    @Test
    void nothingElseIsAnswered() throws IOException, InterruptedException {
        InProcess only = new InProcess(directory, 1);
        try (KvServer server = KvServer.start(only.settings(0))) {
            assertThat(server.failure()).isNotDone();
            assertThat(Http.get(only.http(0), "/console/").status()).isEqualTo(404);
            assertThat(Http.get(only.http(0), "/console/../console.js").status())
                    .isEqualTo(404);
            assertThat(Http.get(only.http(0), "/api/act").status()).isEqualTo(405);
            assertThat(Http.get(only.http(0), "/healthzz").status()).isEqualTo(404);
            assertThat(Http.get(only.http(0), "/metrics/x").status()).isEqualTo(404);
            assertThat(Http.ask("POST", only.http(0), "/healthz").status()).isEqualTo(405);
            assertThat(Http.ask("HEAD", only.http(0), "/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void aPortInUseIsSaidBeforeTheServerRuns() throws IOException {
        InProcess only = new InProcess(directory, 1);
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(only.http(0).host(), only.http(0).port()));
            assertThatThrownBy(() -> KvServer.start(only.settings(0)))
                    .isInstanceOf(KvException.class)
                    .hasMessageContaining("cannot listen on " + only.http(0) + " for HTTP");
        }
    }

    /** docs/operations.md says what each of the program's own metrics means. */
    @Test
    void everyMetricOfTheProgramIsDocumented() throws IOException, InterruptedException {
        InProcess only = new InProcess(directory, 1);
        try (KvServer server = KvServer.start(only.settings(0))) {
            assertThat(server.failure()).isNotDone();
            Set<String> shown = Http.get(only.http(0), "/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("kv_"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> documented = Pattern.compile("^\\| `(kv_[a-z_]+)` \\|", Pattern.MULTILINE)
                    .matcher(Files.readString(Path.of("../../docs/operations.md")))
                    .results()
                    .map(row -> row.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(documented).isEqualTo(shown);
        }
    }
}
