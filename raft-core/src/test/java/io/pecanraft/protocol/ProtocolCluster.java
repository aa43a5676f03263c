package io.pecanraft.protocol;

import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.VirtualServer.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Several {@link VirtualServer}s, a network that is a list one may edit, and time that is a number one advances.
 *
 * <p>Server k of the tests is {@link #server server(k)}, from 1. A server that is {@link #stop stopped} hears nothing and its
 * time stands still. What is {@link #cut} is lost when it is delivered.
 */
final class ProtocolCluster {

    static final long MILLI = 1_000_000;

    final List<VirtualServer> servers = new ArrayList<>();
    List<Envelope> network = new ArrayList<>();
    long now = 1_000 * MILLI;

    private final List<Integer> stopped = new ArrayList<>();
    private final List<Predicate<Envelope>> cuts = new ArrayList<>();

    private ProtocolCluster(
            int size, IntFunction<ProtocolSettings> settings, IntFunction<VirtualDisk> disks, long seed) {
        for (int i = 1; i <= size; i++) {
            servers.add(new VirtualServer(
                    Entries.member(i),
                    Entries.addresses(size),
                    settings.apply(i),
                    disks.apply(i),
                    seed * 31 + i,
                    () -> now,
                    envelope -> network.add(envelope)));
        }
    }

    /** Servers that have formed a cluster and have not done anything else. */
    static ProtocolCluster of(int size) {
        return of(size, Entries.SETTINGS, number -> VirtualDisk.formed(Entries.members(size)));
    }

    static ProtocolCluster of(int size, ProtocolSettings settings, IntFunction<VirtualDisk> disks) {
        return new ProtocolCluster(size, number -> settings, disks, 1);
    }

    /** Servers with settings of their own. */
    static ProtocolCluster withSettings(
            int size, IntFunction<ProtocolSettings> settings, IntFunction<VirtualDisk> disks) {
        return new ProtocolCluster(size, settings, disks, 1);
    }

    static ProtocolCluster of(int size, ProtocolSettings settings, IntFunction<VirtualDisk> disks, long seed) {
        return new ProtocolCluster(size, number -> settings, disks, seed);
    }

    /** One more server, which waits to be added. */
    VirtualServer addJoiner() {
        return addJoiner(VirtualDisk.blank());
    }

    VirtualServer addJoiner(VirtualDisk disk) {
        int number = servers.size() + 1;
        servers.add(starting(Entries.member(number), List.of(), disk));
        return server(number);
    }

    /** Puts a server with another, empty storage in the place of one. It waits to be re-admitted. */
    VirtualServer wipe(int number) {
        servers.set(number - 1, starting(Entries.member(number, 2), List.of(), VirtualDisk.blank()));
        return server(number);
    }

    /** The same, but it is started with the list of the cluster's founders, as if there were no cluster. */
    VirtualServer wipeFounder(int number) {
        servers.set(
                number - 1,
                starting(Entries.member(number, 2), Entries.addresses(servers.size()), VirtualDisk.blank()));
        return server(number);
    }

    private VirtualServer starting(MemberId id, List<MemberAddress> bootstrap, VirtualDisk disk) {
        return new VirtualServer(
                id,
                bootstrap,
                Entries.SETTINGS,
                disk,
                17L * id.hashCode(),
                () -> now,
                envelope -> network.add(envelope));
    }

    VirtualServer server(int number) {
        return servers.get(number - 1);
    }

    Raft raft(int number) {
        return server(number).raft;
    }

    // ---- the network

    /** Loses what matches, from now on. */
    void cut(Predicate<Envelope> lost) {
        cuts.add(lost);
    }

    void cutLink(int from, int to) {
        cut(e -> e.from().node().equals(node(from)) && e.to().equals(node(to)));
    }

    /** Nobody hears this server, and it hears nobody. */
    void isolate(int number) {
        cut(e -> e.from().node().equals(node(number)) || e.to().equals(node(number)));
    }

    void heal() {
        cuts.clear();
    }

    static NodeId node(int number) {
        return Entries.member(number).node();
    }

    void stop(int number) {
        stopped.add(number);
    }

    /** Asks the leader for a change and lets time pass until there is an outcome. */
    ChangeOutcome change(MembershipChange change) {
        VirtualServer leader = leader().orElseThrow();
        long id = leader.change(change);
        for (int i = 0; i < 1_000 && !leader.changeOutcomes.containsKey(id); i++) {
            runMillis(10);
        }
        ChangeOutcome outcome = leader.changeOutcomes.get(id);
        if (outcome == null) {
            throw new AssertionError("no outcome: " + servers);
        }
        return outcome;
    }

    void resume(int number) {
        stopped.remove(Integer.valueOf(number));
    }

    /** Crashes a server and starts it again with what was durable. */
    void restart(int number) {
        server(number).restart();
        resume(number);
    }

    /** Takes the messages of a kind off the network. */
    <M extends RaftMessage> List<M> take(Class<M> kind) {
        List<M> taken = new ArrayList<>();
        network.removeIf(envelope -> {
            if (kind.isInstance(envelope.message())) {
                taken.add(kind.cast(envelope.message()));
                return true;
            }
            return false;
        });
        return taken;
    }

    /** Takes the messages from one server to another off the network. */
    List<Envelope> take(int from, int to) {
        List<Envelope> taken = network.stream()
                .filter(e -> e.from().node().equals(node(from)) && e.to().equals(node(to)))
                .toList();
        network.removeAll(taken);
        return taken;
    }

    void deliver(Envelope envelope) {
        for (Predicate<Envelope> cut : cuts) {
            if (cut.test(envelope)) {
                return;
            }
        }
        for (int i = 1; i <= servers.size(); i++) {
            if (node(i).equals(envelope.to()) && !stopped.contains(i)) {
                server(i).receive(envelope.from(), envelope.message());
            }
        }
    }

    /** Delivers everything, and what it causes, in order. */
    void deliverAll() {
        for (int i = 0; !network.isEmpty(); i++) {
            if (i > 200_000) {
                throw new AssertionError("the network does not come to rest: " + network.subList(0, 5));
            }
            deliver(network.remove(0));
        }
    }

    // ---- time

    /** Advances time, ticking every server when it asks to be, and delivering everything at once. */
    void run(long nanos) {
        long end = now + nanos;
        while (true) {
            deliverAll();
            long next = end;
            for (int i = 1; i <= servers.size(); i++) {
                if (!stopped.contains(i)) {
                    next = Math.min(next, raft(i).nextDeadlineNanos());
                }
            }
            now = Math.max(now, next);
            if (now >= end) {
                return;
            }
            for (int i = 1; i <= servers.size(); i++) {
                if (!stopped.contains(i) && raft(i).nextDeadlineNanos() <= now) {
                    server(i).tick();
                }
            }
        }
    }

    void runMillis(long millis) {
        run(millis * MILLI);
    }

    /** Lets only this server's time run until its next deadline, and ticks it. */
    void timeOut(int number) {
        now = Math.max(now, raft(number).nextDeadlineNanos());
        server(number).tick();
    }

    /** Makes this server the leader, the others being idle long enough to vote for it. */
    VirtualServer elect(int number) {
        now += Entries.SETTINGS.electionTimeoutNanos();
        for (int tries = 0; tries < 10 && raft(number).role() != RaftRole.LEADER; tries++) {
            timeOut(number);
            deliverAll();
        }
        if (raft(number).role() != RaftRole.LEADER) {
            throw new AssertionError("not elected: " + servers);
        }
        return server(number);
    }

    Optional<VirtualServer> leader() {
        return servers.stream()
                .filter(server -> server.raft.role() == RaftRole.LEADER)
                .max((a, b) -> Long.compare(a.raft.currentTerm(), b.raft.currentTerm()));
    }

    MemberId id(int number) {
        return server(number).id;
    }
}
