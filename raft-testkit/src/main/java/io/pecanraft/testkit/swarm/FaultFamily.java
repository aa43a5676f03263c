package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Kinds of faults that a seed has, or has not. */
enum FaultFamily {
    PROCESS_CRASH {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.Crash(random.nextInt(nodes), SimNode.Crash.PROCESS, some(random, electionTimeout, 6));
        }
    },
    POWER_LOSS {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.Crash(random.nextInt(nodes), SimNode.Crash.POWER, some(random, electionTimeout, 6));
        }
    },
    BLACKOUT {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            List<Duration> down = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                down.add(some(random, electionTimeout, 4));
            }
            return new Fault.CrashAll(random.chance(0.5) ? SimNode.Crash.POWER : SimNode.Crash.PROCESS, down);
        }
    },
    PAUSE {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.Pause(random.nextInt(nodes), some(random, electionTimeout, 8));
        }
    },
    SPLIT {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            long side = random.between(1, (1L << nodes) - 2);
            boolean oneWay = random.chance(0.25);
            return cut(oneWay ? "one-way split" : "split", random, nodes, electionTimeout, (from, to) -> {
                boolean crosses = ((side >> from) & 1) != ((side >> to) & 1);
                return crosses && (!oneWay || ((side >> from) & 1) == 1);
            });
        }
    },
    ISOLATION {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            int alone = random.nextInt(nodes);
            int direction = random.nextInt(3);
            String shape = List.of("isolate", "deafen", "mute").get(direction);
            return cut(
                    shape,
                    random,
                    nodes,
                    electionTimeout,
                    (from, to) -> (direction != 1 && from == alone) || (direction != 2 && to == alone));
        }
    },
    BRIDGE {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            int bridge = random.nextInt(nodes);
            long side = random.between(0, (1L << nodes) - 1);
            return cut(
                    "bridge",
                    random,
                    nodes,
                    electionTimeout,
                    (from, to) -> from != bridge && to != bridge && ((side >> from) & 1) != ((side >> to) & 1));
        }
    },
    RING {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return cut("ring", random, nodes, electionTimeout, (from, to) -> {
                int distance = Math.floorMod(from - to, nodes);
                return distance != 1 && distance != nodes - 1;
            });
        }
    },
    SINGLE_LINK {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            int a = random.nextInt(nodes);
            int b = other(random, nodes, a);
            boolean oneWay = random.chance(0.5);
            return cut(
                    "link",
                    random,
                    nodes,
                    electionTimeout,
                    (from, to) -> (from == a && to == b) || (!oneWay && from == b && to == a));
        }
    },
    CLOG {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            int from = random.nextInt(nodes);
            return new Fault.Clog(new Fault.Link(from, other(random, nodes, from)), some(random, electionTimeout, 3));
        }
    },
    STORM {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            boolean connections = random.chance(0.5);
            double loss = random.between(0, 30) / 100.0;
            return new Fault.Storm(
                    new NetworkProfile(
                            connections,
                            random.pick(50_000, 500_000),
                            random.pick(100_000, 2_000_000, electionTimeout.toNanos() / 8),
                            connections ? loss / 10 : loss,
                            connections ? 0 : random.between(0, 30) / 100.0,
                            connections ? 0 : random.between(0, 30) / 100.0,
                            random.pick(0, 50) / 100.0),
                    some(random, electionTimeout, 10));
        }
    },
    SLOW_DISK {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.SlowDisk(
                    random.nextInt(nodes),
                    electionTimeout.dividedBy(10).multipliedBy(random.pick(1, 5, 20)),
                    some(random, electionTimeout, 8));
        }
    },
    FAILED_FLUSH {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.FailedFlush(
                    random.nextInt(nodes),
                    random.chance(0.5) ? SimNode.Crash.POWER : SimNode.Crash.PROCESS,
                    some(random, electionTimeout, 4));
        }
    },
    FAILED_SNAPSHOTS {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.FailedSnapshots(random.nextInt(nodes), 1 + random.nextInt(3));
        }
    },
    CLOCK_JUMP {
        @Override
        Fault draw(SimRandom random, int nodes, Duration electionTimeout) {
            return new Fault.ClockJump(random.nextInt(nodes), Duration.ofSeconds(random.between(-100_000, 100_000)));
        }
    };

    /** One fault of this kind for a cluster of this size; times are measured in election timeouts. */
    abstract Fault draw(SimRandom random, int nodes, Duration electionTimeout);

    private interface LinkTest {
        boolean cut(int from, int to);
    }

    private static Fault cut(String shape, SimRandom random, int nodes, Duration electionTimeout, LinkTest test) {
        List<Fault.Link> links = new ArrayList<>();
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                if (from != to && test.cut(from, to)) {
                    links.add(new Fault.Link(from, to));
                }
            }
        }
        return new Fault.Cut(shape, links, some(random, electionTimeout, 10));
    }

    private static int other(SimRandom random, int nodes, int not) {
        return (not + 1 + random.nextInt(nodes - 1)) % nodes;
    }

    /** A time from next to nothing to a number of election timeouts. */
    private static Duration some(SimRandom random, Duration electionTimeout, int most) {
        return Duration.ofNanos(random.between(0, electionTimeout.toNanos() * most));
    }
}
