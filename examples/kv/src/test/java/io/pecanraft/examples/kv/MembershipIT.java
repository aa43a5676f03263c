package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Members that come, go, change places and lose their disks while clients write. Real processes. */
class MembershipIT {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);

    private int written;

    @Test
    void nothingAcknowledgedIsLostWhileMembersComeAndGo() throws IOException {
        List<Integer> ports = Program.unusedPorts(2);
        HostPort clients4 = new HostPort("127.0.0.1", ports.get(0));
        HostPort raft4 = new HostPort("127.0.0.1", ports.get(1));
        try (ProcessCluster cluster = ProcessCluster.started("membership", 3, "--hold", "15s")) {
            int leader = cluster.awaitLeader();
            int leaving = (leader + 1) % 3;
            int wiped = (leader + 2) % 3;
            write(cluster.resp(leader));
            refusesWhatIsWrong(cluster, leader);

            Process joiner = join(cluster, clients4, raft4);
            try {
                await().atMost(ProcessCluster.PATIENCE)
                        .until(() -> NodeReport.ask("n4", clients4, RespAccess.PLAIN, ASK_TIMEOUT)
                                .reachable());
                ProcessCluster.raft(cluster.resp(leader), "ADD", "n4", raft4.toString());
                assertThat(members(cluster.resp(leader))).contains("n1", "n2", "n3", "n4");
                assertThat(status(cluster)).contains("n4 is a member too, with Raft address " + raft4);
                verify(clients4);

                ProcessCluster.raft(cluster.resp(leader), "DEMOTE", "n4");
                awaitStanding(clients4, "LEARNER");
                write(clients4);
                ProcessCluster.raft(cluster.resp(leader), "PROMOTE", "n4");
                awaitStanding(clients4, "VOTER");

                write(clients4);
                ProcessCluster.raft(cluster.resp(leader), "REMOVE", ProcessCluster.name(leaving));
                assertThat(members(cluster.resp(leader))).contains("n4").doesNotContain(ProcessCluster.name(leaving));
                cluster.kill(leaving);

                assertThat(text(ProcessCluster.raft(cluster.resp(leader), "TRANSFER", "n4")))
                        .isEqualTo("n4");
                write(cluster.resp(leader));

                cluster.kill(wiped);
                Program.delete(cluster.data(wiped));
                cluster.start(wiped);
                await("the wiped server hears that it is a stranger")
                        .atMost(ProcessCluster.PATIENCE)
                        .until(() -> cluster.ask(wiped).reachable()
                                && cluster.ask(wiped).text("standing").equals("REPLACED"));
                assertThat(status(cluster)).contains("at the leader: RAFT REPLACE " + ProcessCluster.name(wiped));
                write(cluster.resp(leader));
                ProcessCluster.raft(clients4, "REPLACE", ProcessCluster.name(wiped));
                await("the wiped server is a voter again")
                        .atMost(ProcessCluster.PATIENCE)
                        .until(() -> cluster.ask(wiped).text("standing").equals("VOTER"));
                write(cluster.resp(wiped));

                for (HostPort server : List.of(clients4, cluster.resp(leader), cluster.resp(wiped))) {
                    verify(server);
                }
                Program.report("members came and went: %d acknowledged writes, on all three servers", written);
            } finally {
                joiner.destroyForcibly();
            }
        }
    }

    private static void awaitStanding(HostPort clients4, String standing) {
        await("n4 is a " + standing)
                .atMost(ProcessCluster.PATIENCE)
                .until(() -> NodeReport.ask("n4", clients4, RespAccess.PLAIN, ASK_TIMEOUT)
                        .text("standing")
                        .equals(standing));
    }

    private static void refusesWhatIsWrong(ProcessCluster cluster, int leader) {
        int follower = (leader + 1) % 3;
        assertThatThrownBy(() -> ProcessCluster.raft(cluster.resp(follower), "REMOVE", "n1"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageStartingWith("NOTLEADER not done: ")
                .hasMessageContaining(ProcessCluster.name(leader))
                .hasMessageContaining(cluster.raft(leader).toString());
        for (String command : List.of("REMOVE", "PROMOTE", "DEMOTE", "REPLACE")) {
            assertThatThrownBy(() -> ProcessCluster.raft(cluster.resp(leader), command, "n9"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("ERR not done: ")
                    .hasMessageContaining("n9 is not a member");
        }
        assertThatThrownBy(() -> ProcessCluster.raft(cluster.resp(leader), "TRANSFER", "n9"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageStartingWith("TRYAGAIN not done: ")
                .hasMessageContaining("n9 is no member");
    }

    private static Process join(ProcessCluster cluster, HostPort clients, HostPort raft) {
        return Program.start(
                cluster.directory().resolve("n4.log"),
                Program.command(
                        "server",
                        "--join",
                        "--id",
                        "n4",
                        "--members",
                        cluster.members(),
                        "--raft-listen",
                        raft.toString(),
                        "--listen",
                        clients.toString(),
                        "--data",
                        cluster.directory().resolve("n4").toString(),
                        "--hold",
                        "15s",
                        "--segment-bytes",
                        ProcessCluster.SEGMENT_BYTES));
    }

    /** 50 more keys, each acknowledged. */
    private void write(HostPort server) {
        try (Jedis jedis = ProcessCluster.client(server)) {
            for (int i = 0; i < 50; i++) {
                assertThat(jedis.set("k" + written, "v" + written)).isEqualTo("OK");
                written++;
            }
        }
    }

    private void verify(HostPort server) {
        try (Jedis jedis = ProcessCluster.client(server)) {
            String[] keys = IntStream.range(0, written).mapToObj(i -> "k" + i).toArray(String[]::new);
            assertThat(jedis.mget(keys))
                    .isEqualTo(
                            IntStream.range(0, written).mapToObj(i -> "v" + i).toList());
        }
    }

    /** What kv status says when the founders are asked. */
    private static String status(ProcessCluster cluster) {
        String servers =
                IntStream.range(0, 3).mapToObj(i -> cluster.resp(i).toString()).collect(Collectors.joining(","));
        return Program.run(cluster.directory(), "status", "--servers", servers).output();
    }

    private static String members(HostPort server) {
        return text(ProcessCluster.raft(server, "MEMBERS"));
    }

    private static String text(Object reply) {
        if (reply instanceof List<?> elements) {
            return elements.stream().map(MembershipIT::text).toList().toString();
        }
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }
}
