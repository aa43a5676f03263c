package io.pecanraft.testkit.scenario;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The servers of a scenario, where only what the script says happens: messages wait in the {@link Mail}, and timers are so long
 * that none fires until the clock of its server is moved.
 */
final class Stage {

    /** Long enough for every executor and disk to finish what it has to do, and nothing beside the timers. */
    private static final Duration MOMENT = Duration.ofMillis(20);

    private static final int MOMENTS_OF_QUIET = 2;

    /** Far longer than a script takes in moments. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofHours(10);

    /** Longer than any clock is moved. */
    private static final Duration FOR_EVER = ELECTION_TIMEOUT.multipliedBy(100);

    private static final Duration HEARTBEAT_INTERVAL = ELECTION_TIMEOUT.dividedBy(10);

    private final SimCluster cluster;
    private final Mail mail = new Mail();
    private final Map<Integer, String> shown = new TreeMap<>();
    private final List<String> answers = new ArrayList<>();

    /** Of servers that were restarted with another application version. */
    private final Map<Integer, Integer> versions = new TreeMap<>();

    Stage(int servers, Function<RaftConfig.Builder, RaftConfig.Builder> settings) {
        RaftConfig.Builder config = RaftConfig.builder()
                .electionTimeout(ELECTION_TIMEOUT)
                .heartbeatInterval(HEARTBEAT_INTERVAL)
                .diskStallTimeout(FOR_EVER)
                .proposalTimeout(FOR_EVER)
                .readTimeout(FOR_EVER)
                .snapshotLogBytes(0);
        cluster = SimCluster.builder()
                .nodes(servers)
                .seed(1)
                .config(settings.apply(config).build())
                .nodeConfig((node, common) -> versions.containsKey(node)
                        ? common.toBuilder()
                                .applicationVersion(versions.get(node))
                                .build()
                        : common)
                .maxDriftPpm(0)
                .stateMachine(node -> new Words())
                .build();
        cluster.start();
        cluster.runUntil(
                "formed", ELECTION_TIMEOUT, () -> cluster.nodes().stream().allMatch(Stage::isFormed));
        cluster.run(MOMENT);
        cluster.network().courier(mail);
        changes();
    }

    private static boolean isFormed(SimNode node) {
        return node.status()
                .map(NodeStatus::role)
                .filter(RaftRole.FOLLOWER::equals)
                .isPresent();
    }

    SimNode node(String name) {
        return cluster.nodes().stream()
                .filter(node -> node.id().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no server " + name));
    }

    List<SimNode> nodes() {
        return cluster.nodes();
    }

    Mail mail() {
        return mail;
    }

    // ---- time

    /** Lets everything happen that needs no timer and no message. */
    void settle() {
        int quiet = 0;
        while (quiet < MOMENTS_OF_QUIET) {
            long events = cluster.scheduler().executed();
            cluster.run(MOMENT);
            quiet = cluster.scheduler().executed() == events ? quiet + 1 : 0;
        }
    }

    /** Moves one server's clock, by as little at a time as a clock that ticks, until something is so. */
    void passTime(SimNode node, Duration step, Duration limit, BooleanSupplier until) {
        Duration passed = Duration.ZERO;
        while (!until.getAsBoolean()) {
            if (passed.compareTo(limit) >= 0) {
                throw new IllegalArgumentException("nothing happens at " + node + " within " + limit);
            }
            jump(node, step);
            settle();
            passed = passed.plus(step);
        }
    }

    /** The election timeout of a server runs out: it asks for votes, or for what would be votes. */
    void timeOut(SimNode node) {
        passTime(node, HEARTBEAT_INTERVAL.dividedBy(2), ELECTION_TIMEOUT.multipliedBy(4), () -> campaigns(node));
    }

    private boolean campaigns(SimNode node) {
        RaftRole role = node.status().map(NodeStatus::role).orElse(RaftRole.FOLLOWER);
        return role != RaftRole.FOLLOWER && mail.hasNews() || role == RaftRole.LEADER;
    }

    /** A leader's clock reaches its next heartbeat. */
    void heartbeat(SimNode node) {
        passTime(node, HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL.multipliedBy(2), mail::hasNews);
    }

    /** A server's clock goes on by some tenths of the election timeout. */
    void pass(SimNode node, int tenths) {
        for (int i = 0; i < tenths; i++) {
            jump(node, HEARTBEAT_INTERVAL);
            settle();
        }
    }

    private static void jump(SimNode node, Duration by) {
        if (!node.isUp()) {
            throw new IllegalArgumentException(node + " is down");
        }
        node.jumpMonotonicClock(by);
    }

    /** Starts a server again, with another application version. */
    void restart(SimNode node, int applicationVersion) {
        versions.put(node.number(), applicationVersion);
        node.start();
    }

    // ---- clients

    /** Notes the answer to a call when it comes. */
    void call(String what, CompletableFuture<String> future) {
        var unused = future.handle((answer, failure) ->
                answers.add("client: " + what + ": " + (failure == null ? answer : failed(failure))));
    }

    private static String failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException e && e.getCause() != null ? e.getCause() : failure;
        String name = cause.getClass().getSimpleName();
        return cause instanceof RaftException raft ? name + ", " + raft.outcome() : name;
    }

    static ByteBuffer bytes(String text) {
        return Words.encode(text);
    }

    // ---- the trace

    /** The next trace tells where every server stands. */
    void showAll() {
        shown.clear();
    }

    /** What was sent, who changed, and what clients heard, since the last call. */
    List<String> changes() {
        List<String> out = new ArrayList<>();
        mail.takeNews().forEach(letter -> out.add(letter.toString()));
        for (SimNode node : cluster.nodes()) {
            String now = NodeText.of(node);
            if (!now.equals(shown.put(node.number(), now))) {
                out.add(now);
            }
        }
        out.addAll(answers);
        answers.clear();
        return out;
    }

    /** Like {@link #changes}, without the messages. */
    List<String> outcome() {
        mail.takeNews();
        return changes();
    }
}
