package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settings that nobody would choose, drawn anew for each seed: batches of one, windows of one, snapshots every few entries,
 * chunks of a few bytes, no retained log. With the defaults the interesting branches are taken once in a blue moon.
 *
 * <p>A value for some settings by name; the others are as {@link RaftConfig} has them by default. Each is drawn from a stream
 * of its own, so a new one changes none of the others.
 *
 * @param values by the setting's name
 */
record Knobs(SortedMap<String, Long> values) {

    private static final int MIB = 1024 * 1024;
    private static final String ELECTION_TIMEOUT = "electionTimeoutMillis";

    private static final Map<String, Knob> ALL = new LinkedHashMap<>();

    /** How a value gets into the configuration. */
    private interface Setter {
        void set(RaftConfig.Builder config, long value);
    }

    /** Draws a value; times are measured in election timeouts. */
    private interface Chooser {
        long choose(SimRandom random, long electionTimeoutMillis);
    }

    private record Knob(Setter setter, Chooser chooser) {}

    static {
        measured(
                "heartbeatIntervalMillis",
                (c, v) -> c.heartbeatInterval(Duration.ofMillis(v)),
                (r, t) -> t / r.pick(5, 10));
        measured(
                "diskStallTimeoutMillis",
                (c, v) -> c.diskStallTimeout(Duration.ofMillis(v)),
                (r, t) -> t * r.pick(1, 3, 10));
        measured(
                "proposalTimeoutMillis",
                (c, v) -> c.proposalTimeout(Duration.ofMillis(v)),
                (r, t) -> t * r.pick(5, 20));
        measured("readTimeoutMillis", (c, v) -> c.readTimeout(Duration.ofMillis(v)), (r, t) -> t * r.pick(5, 20));
        one("maxAppendEntries", (c, v) -> c.maxAppendEntries((int) v), 1, 2, 4_096);
        one("maxAppendBytes", (c, v) -> c.maxAppendBytes((int) v), 1, 200, MIB);
        one("maxInFlightEntries", (c, v) -> c.maxInFlightEntries((int) v), 1, 8, 65_536);
        one("maxInFlightBytes", (c, v) -> c.maxInFlightBytes((int) v), 1, 500, 16L * MIB);
        one("tailCacheBytes", RaftConfig.Builder::tailCacheBytes, 0, 200, 64L * MIB);
        one("maxApplyEntries", (c, v) -> c.maxApplyEntries((int) v), 1, 3, 4_096);
        one("maxApplyBytes", (c, v) -> c.maxApplyBytes((int) v), 1, 100, 4L * MIB);
        one("snapshotLogBytes", RaftConfig.Builder::snapshotLogBytes, 0, 100, 400, 2_000);
        one("retainedLogEntries", RaftConfig.Builder::retainedLogEntries, 0, 1, 10, 1_000);
        one("snapshotChunkBytes", (c, v) -> c.snapshotChunkBytes((int) v), 7, 64, MIB);
        one("snapshotWindowChunks", (c, v) -> c.snapshotWindowChunks((int) v), 1, 2, 4);
        one("maxUncommittedEntries", (c, v) -> c.maxUncommittedEntries((int) v), 2, 16, 65_536);
        one("maxUncommittedBytes", RaftConfig.Builder::maxUncommittedBytes, 100, 1_000, 64L * MIB);
        one("maxPendingReads", (c, v) -> c.maxPendingReads((int) v), 2, 65_536);
        one("maxPendingForwards", (c, v) -> c.maxPendingForwards((int) v), 2, 65_536);
        one("mailboxCapacity", (c, v) -> c.mailboxCapacity((int) v), 32, 131_072);
        one("leaseReads", (c, v) -> c.leaseReads(v != 0), 0, 1);
        one("holdDuringTransfer", (c, v) -> c.holdDuringTransfer(v != 0), 0, 1, 1);
        one("leaderPriority", (c, v) -> c.leaderPriority((int) v), 0, 0, 0, 1);
        measured(
                "leaderPriorityDelayMillis",
                (c, v) -> c.leaderPriorityDelay(Duration.ofMillis(v)),
                (r, t) -> t * r.pick(1, 3));
        measured(
                "sessionTimeoutMillis",
                (c, v) -> c.sessionTimeout(Duration.ofMillis(v)),
                (r, t) -> t * r.pick(2, 10, 100));
        one("maxSessionOutstanding", (c, v) -> c.maxSessionOutstanding((int) v), 1, 3, 128);
        one("maxSessionReplyBytes", RaftConfig.Builder::maxSessionReplyBytes, 0, 200, MIB, MIB);
        one("maxSessions", (c, v) -> c.maxSessions((int) v), 1, 3, 10_000, 10_000);
        one("maxTotalReplyBytes", RaftConfig.Builder::maxTotalReplyBytes, 0, 300, 64L * MIB, 64L * MIB);
        // With one round whose copy takes longer than an election timeout nobody ever gets in.
        one("catchUpRounds", (c, v) -> c.catchUpRounds((int) v), 2, 3, 10);
        measured(
                "catchUpStallTimeoutMillis",
                (c, v) -> c.catchUpStallTimeout(Duration.ofMillis(v)),
                (r, t) -> t * r.pick(3, 10));
        one("forwarding", (c, v) -> c.forwarding(v != 0), 0, 1, 1, 1, 1);
    }

    /** A setting with the values it may take. */
    private static void one(String name, Setter setter, long... choices) {
        measured(name, setter, (random, electionTimeout) -> random.pick(choices));
    }

    private static void measured(String name, Setter setter, Chooser chooser) {
        ALL.put(name, new Knob(setter, chooser));
    }

    /** Checks the names. */
    Knobs {
        values = new TreeMap<>(values);
        for (String name : values.keySet()) {
            if (!name.equals(ELECTION_TIMEOUT) && !ALL.containsKey(name)) {
                throw new IllegalArgumentException("there is no knob \"" + name + "\"");
            }
        }
    }

    /** The knobs of a seed. */
    static Knobs draw(long seed) {
        SortedMap<String, Long> values = new TreeMap<>();
        long electionTimeout = stream(seed, ELECTION_TIMEOUT).pick(50, 100, 200, 500);
        values.put(ELECTION_TIMEOUT, electionTimeout);
        ALL.forEach((name, knob) -> values.put(name, knob.chooser().choose(stream(seed, name), electionTimeout)));
        return new Knobs(values);
    }

    private static SimRandom stream(long seed, String name) {
        return SimRandom.stream(seed, "knob " + name);
    }

    /** These without one: that setting is as by default again. */
    Knobs without(String name) {
        SortedMap<String, Long> fewer = new TreeMap<>(values);
        fewer.remove(name);
        return new Knobs(fewer);
    }

    /** The names of the settings, in an order that does not change. */
    List<String> names() {
        return List.copyOf(values.keySet());
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException when they do not go together
     */
    RaftConfig config() {
        RaftConfig.Builder config = RaftConfig.builder();
        Long electionTimeout = values.get(ELECTION_TIMEOUT);
        if (electionTimeout != null) {
            config.electionTimeout(Duration.ofMillis(electionTimeout));
        }
        values.forEach((name, value) -> {
            Knob knob = ALL.get(name);
            if (knob != null) {
                knob.setter().set(config, value);
            }
        });
        return config.build();
    }
}
