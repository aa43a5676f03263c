package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.VirtualServer.Envelope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A cluster under a random schedule: any message may be lost, repeated, or overtake others by any distance, any disk may lag, any
 * server may crash and lose what it has not made durable. After every step the {@link SafetyLedger} is asked; at the end
 * everything heals and the cluster has to be whole again.
 */
final class RandomSchedule {

    private static final int REMEMBERED_MESSAGES = 64;

    private final Random random;
    private final ProtocolCluster cluster;
    private final SafetyLedger ledger;
    private final ArrayDeque<String> trace = new ArrayDeque<>();
    private final List<Envelope> old = new ArrayList<>();
    private final int size;
    private long requests;
    private long crashes;

    // how rough this seed is
    private final int lossPercent;
    private final int crashesPer10000;
    private final boolean slowDisks;
    private final boolean slowApply;
    private final boolean partitions;

    private NodeId victim;
    private boolean bothWays;
    private long nextPartitionNanos;

    private RandomSchedule(long seed, int size) {
        this.random = new Random(seed);
        this.size = size;
        this.lossPercent = random.nextInt(4) * 8;
        this.crashesPer10000 = random.nextInt(4) * 5;
        this.slowDisks = random.nextInt(4) > 0;
        this.slowApply = random.nextBoolean();
        this.partitions = random.nextBoolean();
        int batch = 1 + random.nextInt(8);
        ProtocolSettings settings = Entries.settings(
                20 + random.nextInt(100), 4_000, batch, random.nextBoolean() ? 0 : 64, random.nextInt(4));
        cluster = ProtocolCluster.of(
                size, settings, number -> VirtualDisk.formed(Entries.members(size)), random.nextLong());
        ledger = new SafetyLedger(cluster.servers);
        for (VirtualServer server : cluster.servers) {
            server.watch = effect -> ledger.observe(server, effect);
        }
    }

    /** Runs one schedule; an AssertionError names the seed, the last steps and how to run it again. */
    static void run(long seed, int size, int steps) {
        RandomSchedule schedule = new RandomSchedule(seed, size);
        try {
            schedule.steps(steps);
            schedule.heal();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", " + size + " servers: " + e.getMessage() + "\nagain: mvn -pl raft-core -am test"
                            + " -Dtest=RandomScheduleTest -Dsurefire.failIfNoSpecifiedTests=false -Dschedule.seed="
                            + seed
                            + " -Dschedule.servers=" + size + "\nlast steps:\n  " + String.join("\n  ", schedule.trace)
                            + "\nservers:\n  " + schedule.cluster.servers,
                    e);
        }
    }

    private void steps(int steps) {
        for (VirtualServer server : cluster.servers) {
            server.diskIsFast = !slowDisks;
            server.applyIsFast = !slowApply;
        }
        for (int i = 0; i < steps; i++) {
            VirtualServer server = cluster.servers.get(random.nextInt(size));
            step(server);
        }
    }

    private void step(VirtualServer server) {
        int choice = random.nextInt(10_000);
        if (choice < 6400) {
            deliverOne();
            deliverOne();
        } else if (choice < 7600) {
            passTime();
        } else if (choice < 8300) {
            long value = ++requests;
            note(server, "propose " + value);
            server.propose(Entries.payload(value));
            ledger.observe(server);
        } else if (choice < 9300) {
            if (server.disk.hasUnconfirmed()) {
                note(server, "disk confirms");
                server.confirmOldestWrite();
                ledger.observe(server);
            }
        } else if (choice < 9600) {
            if (!server.toApply.isEmpty()) {
                note(server, "applies");
                server.applyOldest();
                ledger.observe(server);
            }
        } else if (choice < 9700) {
            long request = ++requests;
            ledger.readBegins(request);
            note(server, "read " + request);
            server.read(request);
            ledger.observe(server);
        } else if (choice < 9760) {
            note(server, "snapshot");
            server.takeSnapshot();
            ledger.observe(server);
        } else if (choice < 9820) {
            int peer = 1 + random.nextInt(size);
            server.turn(raft -> raft.unreachable(ProtocolCluster.node(peer)));
        } else if (choice < 9820 + crashesPer10000) {
            int whole = random.nextInt(server.disk.unconfirmed() + 1);
            int part = random.nextInt(4) - 1;
            note(server, "crash, " + whole + " writes survive, and " + part + " entries of the next");
            crashes++;
            server.restart(whole, part);
            ledger.restarted(server);
        }
    }

    private void note(VirtualServer server, String what) {
        if (trace.size() == 60) {
            trace.removeFirst();
        }
        trace.addLast(cluster.now / ProtocolCluster.MILLI + " ms " + server + ": " + what);
    }

    private void deliverOne() {
        boolean repeat = !old.isEmpty() && random.nextInt(20) == 0;
        if (!repeat && cluster.network.isEmpty()) {
            return;
        }
        // Mostly the oldest, so that things get done; sometimes any.
        int position = random.nextInt(3) == 0 ? random.nextInt(Math.max(1, cluster.network.size())) : 0;
        Envelope envelope = repeat ? old.get(random.nextInt(old.size())) : cluster.network.remove(position);
        boolean cut = envelope.from().node().equals(victim)
                || (bothWays && envelope.to().equals(victim));
        if (cut || random.nextInt(100) < lossPercent) {
            return;
        }
        if (old.size() < REMEMBERED_MESSAGES) {
            old.add(envelope);
        } else {
            old.set(random.nextInt(REMEMBERED_MESSAGES), envelope);
        }
        for (VirtualServer server : cluster.servers) {
            if (server.id.node().equals(envelope.to())) {
                note(server, "from " + envelope.from().node() + " " + envelope.message());
                server.receive(envelope.from(), envelope.message());
                ledger.observe(server);
            }
        }
    }

    /** Cuts off somebody else, often the leader, in one direction or both; or nobody. */
    private void repartition() {
        nextPartitionNanos = cluster.now + random.nextInt(600) * ProtocolCluster.MILLI;
        bothWays = random.nextBoolean();
        int choice = random.nextInt(4);
        if (!partitions || choice == 0) {
            victim = null;
        } else if (choice == 1) {
            victim = ProtocolCluster.node(1 + random.nextInt(size));
        } else {
            victim = cluster.leader().map(leader -> leader.id.node()).orElse(null);
        }
    }

    private void passTime() {
        cluster.now += random.nextInt(6) * ProtocolCluster.MILLI;
        if (cluster.now >= nextPartitionNanos) {
            repartition();
        }
        for (VirtualServer server : cluster.servers) {
            if (server.raft.nextDeadlineNanos() <= cluster.now) {
                note(server, "tick");
                server.tick();
                ledger.observe(server);
            }
        }
    }

    /** All faults stop: one leader, equal logs, and a write and a read go through. */
    private void heal() {
        for (VirtualServer server : cluster.servers) {
            server.diskIsFast = true;
            server.applyIsFast = true;
            server.confirmAllWrites();
            server.applyAll();
        }
        cluster.runMillis(6_000);
        VirtualServer leader = cluster.leader().orElseThrow(() -> new AssertionError("no leader after healing"));
        Admission admission = leader.propose(Entries.payload(-1));
        SafetyLedger.check(admission.refusal() == null, "refused after healing: " + admission);
        ledger.readBegins(-1);
        leader.read(-1);
        cluster.runMillis(1_000);
        for (VirtualServer server : cluster.servers) {
            ledger.observe(server);
            SafetyLedger.check(
                    server.raft.currentTerm() == leader.raft.currentTerm(), "no single term after healing: " + server);
            SafetyLedger.check(
                    server.appliedIndex == leader.raft.lastIndex() && leader.raft.lastIndex() >= admission.index(),
                    "not whole after healing: " + server + "; leader sees " + leader.raft.followers());
        }
        SafetyLedger.check(leader.raft.role() == RaftRole.LEADER && leader.served.containsKey(-1L), "read not served");
    }

    /** What came to pass in a schedule, to be added up over many. */
    record Tally(long committed, long elections, long installed, long truncations, long reads, long crashes) {

        static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    committed + other.committed,
                    elections + other.elections,
                    installed + other.installed,
                    truncations + other.truncations,
                    reads + other.reads,
                    crashes + other.crashes);
        }
    }

    static Tally tally(long seed, int size, int steps) {
        RandomSchedule schedule = new RandomSchedule(seed, size);
        long[] counts = new long[4];
        for (VirtualServer server : schedule.cluster.servers) {
            Consumer<Effect> watch = server.watch;
            server.watch = effect -> {
                watch.accept(effect);
                if (effect instanceof Effect.RestoreSnapshot) {
                    counts[0]++;
                } else if (effect instanceof Effect.Persist persist && persist.truncateFromIndex() > 0) {
                    counts[1]++;
                } else if (effect instanceof Effect.ServeReads) {
                    counts[2]++;
                } else if (effect instanceof Effect.Observe observe
                        && observe.report() instanceof Report.RoleChanged role
                        && role.to() == RaftRole.LEADER) {
                    counts[3]++;
                }
            };
        }
        schedule.steps(steps);
        return new Tally(schedule.ledger.committed(), counts[3], counts[0], counts[1], counts[2], schedule.crashes);
    }
}
