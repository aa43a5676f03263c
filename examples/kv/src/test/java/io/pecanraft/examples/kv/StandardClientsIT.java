package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/** Clients that know nothing of us, against every node. */
@ExtendWith(SharedCluster.class)
class StandardClientsIT {

    private static ProcessCluster cluster;

    @BeforeAll
    static void start(ProcessCluster shared) {
        cluster = shared;
    }

    @Test
    void jedis() {
        for (int i = 0; i < cluster.size(); i++) {
            try (RedisClient jedis =
                    RedisClient.create(cluster.resp(i).host(), cluster.resp(i).port())) {
                String key = "jedis" + i;
                assertThat(jedis.set(key, "v")).isEqualTo("OK");
                assertThat(jedis.get(key)).isEqualTo("v");
                assertThat(jedis.set(key, "w", SetParams.setParams().nx())).isNull();
                assertThat(jedis.get("nothing")).isNull();
                assertThat(jedis.incr(key + "-n")).isEqualTo(1);
                assertThat(jedis.mset("a", "1", "b", "2")).isEqualTo("OK");
                assertThat(jedis.mget("a", "nothing", "b")).containsExactly("1", null, "2");
                assertThat(jedis.append(key, "!")).isEqualTo(2);
                assertThat(jedis.del(key, key + "-n")).isEqualTo(2);
            }
            pipelinesWithJedis(i);
        }
    }

    private static void pipelinesWithJedis(int node) {
        try (Jedis jedis = cluster.client(node);
                Pipeline pipeline = jedis.pipelined()) {
            jedis.del("p");
            List<Response<Long>> sums = new ArrayList<>();
            List<Response<String>> reads = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sums.add(pipeline.incr("p"));
                reads.add(pipeline.get("p"));
            }
            pipeline.sync();
            for (int i = 0; i < 500; i++) {
                assertThat(sums.get(i).get()).isEqualTo(i + 1);
                assertThat(reads.get(i).get()).isEqualTo(String.valueOf(i + 1));
            }
        }
    }

    @Test
    void lettuce() throws Exception {
        for (int i = 0; i < cluster.size(); i++) {
            String uri = "redis://" + cluster.resp(i);
            io.lettuce.core.RedisClient client = io.lettuce.core.RedisClient.create(uri);
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                RedisCommands<String, String> commands = connection.sync();
                String key = "lettuce" + i;
                assertThat(commands.set(key, "v")).isEqualTo("OK");
                assertThat(commands.get(key)).isEqualTo("v");
                assertThat(commands.set(key, "w", SetArgs.Builder.nx())).isNull();
                assertThat(commands.get("nothing")).isNull();
                assertThat(commands.incrby(key + "-n", 5)).isEqualTo(5);
                assertThat(commands.exists(key, "nothing")).isEqualTo(1);
                assertThat(commands.strlen(key)).isEqualTo(1);
                Assertions.assertThatThrownBy(() -> commands.incr(key))
                        .isInstanceOf(RedisCommandExecutionException.class)
                        .hasMessage("ERR value is not an integer or out of range");

                RedisAsyncCommands<String, String> async = connection.async();
                async.del("l").get(20, TimeUnit.SECONDS);
                List<RedisFuture<Long>> sums = new ArrayList<>();
                for (int n = 0; n < 500; n++) {
                    sums.add(async.incr("l"));
                }
                for (int n = 0; n < 500; n++) {
                    assertThat(sums.get(n).get(20, TimeUnit.SECONDS)).isEqualTo(n + 1);
                }
            } finally {
                client.shutdown(0, 1, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void redisCli() throws IOException, InterruptedException {
        InstalledProgram.require(InstalledProgram.find("redis-cli"), "redis-cli");
        assertThat(tool("redis-cli", "-p", port(0), "set", "cli", "v")).isEqualTo("OK");
        assertThat(tool("redis-cli", "-p", port(2), "get", "cli")).isEqualTo("v");
        assertThat(tool("redis-cli", "-3", "-p", port(1), "get", "cli")).isEqualTo("v");
        assertThat(tool("redis-cli", "-p", port(1), "raft", "status", "json")).startsWith("{\"node\":\"n2\"");
        assertThat(tool("redis-cli", "-p", port(1), "nope")).startsWith("ERR unknown command 'nope'");
    }

    @Test
    void redisBenchmark() throws IOException, InterruptedException {
        InstalledProgram.require(InstalledProgram.find("redis-benchmark"), "redis-benchmark");
        for (int i = 0; i < cluster.size(); i++) {
            String figures = tool(
                    "redis-benchmark", "-p", port(i), "-t", "set,get", "-n", "100000", "-c", "50", "-P", "16", "--csv");
            assertThat(figures)
                    .contains("\"SET\"", "\"GET\"")
                    .doesNotContainIgnoringCase("error")
                    .doesNotContainIgnoringCase("warning");
            String node = ProcessCluster.name(i);
            String role = cluster.ask(i).role();
            figures.lines()
                    .filter(line -> line.startsWith("\"SET\"") || line.startsWith("\"GET\""))
                    .forEach(line -> Program.report(
                            "redis-benchmark -t set,get -n 100000 -c 50 -P 16 on %s (%s): test, rps,"
                                    + " avg/min/p50/p95/p99/max ms: %s",
                            node, role, line));
        }
    }

    private static String port(int node) {
        return String.valueOf(cluster.resp(node).port());
    }

    private static String tool(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
