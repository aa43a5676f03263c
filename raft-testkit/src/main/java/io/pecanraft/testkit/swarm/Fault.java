package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.sim.Trace;
import java.time.Duration;
import java.util.List;

/** Something that goes wrong, as a value. What ends by itself says after how long. */
public sealed interface Fault {

    /** Makes it happen now. */
    void strike(SimCluster cluster);

    private static void later(SimCluster cluster, Duration delay, Runnable what) {
        cluster.scheduler().after(delay.toNanos(), SimScheduler.NO_NODE, what);
    }

    private static void note(SimCluster cluster, Fault fault) {
        cluster.trace().add(Trace.Kind.FAULT, SimScheduler.NO_NODE, fault.toString());
    }

    /** A server goes down and comes back. */
    record Crash(int node, SimNode.Crash kind, Duration down) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.node(node).crash(kind);
            later(cluster, down, cluster.node(node)::start);
        }
    }

    /** All servers go down at the same moment and come back one by one. */
    record CrashAll(SimNode.Crash kind, List<Duration> down) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.nodes().forEach(node -> node.crash(kind));
            cluster.nodes().forEach(node -> later(cluster, down.get(node.number()), node::start));
        }
    }

    /** A server stops for a while and does not notice. */
    record Pause(int node, Duration length) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            cluster.node(node).pause(length);
        }
    }

    /** Links are cut: {@code links[i]} from {@code from} to {@code to}. Covers splits, one-way cuts, bridges and rings. */
    record Cut(String shape, List<Link> links, Duration length) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            SimNetwork network = cluster.network();
            links.forEach(link -> network.cut(link.from(), link.to()));
            later(cluster, length, () -> links.forEach(link -> network.restore(link.from(), link.to())));
        }
    }

    /** From one server to another. */
    record Link(int from, int to) {
        @Override
        public String toString() {
            return "n" + (from + 1) + ">n" + (to + 1);
        }
    }

    /** Messages of one link pile up and arrive together. */
    record Clog(Link link, Duration length) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.network().clog(link.from(), link.to(), cluster.nowNanos() + length.toNanos());
        }
    }

    /** The whole network gets worse for a while. */
    record Storm(NetworkProfile profile, Duration length) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            NetworkProfile before = cluster.network().profile();
            cluster.network().profile(profile);
            later(cluster, length, () -> cluster.network().profile(before));
        }
    }

    /** A disk takes its time. */
    record SlowDisk(int node, Duration force, Duration length) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.node(node).disk().slowDown(cluster.nowNanos() + length.toNanos(), force.toNanos());
        }
    }

    /** The next flush of a disk fails, once; whoever runs the server starts it again later. */
    record FailedFlush(int node, SimNode.Crash restart, Duration until) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.node(node).disk().failNextForce();
            later(cluster, until, () -> cluster.node(node).restart(restart));
        }
    }

    /** Storing snapshots fails a few times. */
    record FailedSnapshots(int node, int count) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.node(node).disk().failSnapshots(count);
        }
    }

    /** A wall clock jumps. */
    record ClockJump(int node, Duration by) implements Fault {
        @Override
        public void strike(SimCluster cluster) {
            note(cluster, this);
            cluster.node(node).jumpWallClock(by);
        }
    }
}
