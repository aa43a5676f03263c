package io.pecanraft.testkit.sim;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network between the servers of one simulation: a directed link for every ordered pair, each of which can be slow,
 * lossy, cut, or stuffed, on its own.
 *
 * <p>Cuts are counted, so overlapping partitions compose: a link works when everything that cut it has been undone.
 */
public final class SimNetwork {

    private final SimScheduler scheduler;
    private final SimRandom random;
    private final Trace trace;
    private final SendObserver observer;
    private final List<NodeId> names;
    private final Map<NodeId, Integer> numbers = new HashMap<>();
    private final SimLink[][] links;
    private final @Nullable Endpoint[] endpoints;

    /** Where each server is found; everywhere while nothing was said of it. */
    private final Map<Integer, Set<String>> addresses = new HashMap<>();

    private NetworkProfile profile;
    private long packets;
    private @Nullable Courier courier;
    private @Nullable MessageCodec codec;

    /** Where a process receives. */
    private final class Endpoint implements Transport.Outbound {

        private final StorageIdentity identity;
        private final Transport.Inbound inbound;
        private final SimProcess process;
        private final Executor socketBuffer;
        private boolean closed;

        /** Whom it has been told how to reach, and where. */
        private Map<NodeId, String> peers = Map.of();

        Endpoint(StorageIdentity identity, Transport.Inbound inbound, SimProcess process) {
            this.identity = identity;
            this.inbound = inbound;
            this.process = process;
            this.socketBuffer = process.executor(SimProcess.Lane.OTHER, 0, 0);
        }

        boolean listening() {
            return !closed && process.alive();
        }

        @Override
        public void updatePeers(Map<NodeId, String> addresses) {
            peers = addresses;
        }

        @Override
        public void send(NodeId to, RaftMessage message) {
            Integer number = numbers.get(to);
            String address = peers.get(to);
            if (listening() && number != null && address != null) {
                SimNetwork.this.send(this, number, address, message);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A network between these servers. */
    public SimNetwork(
            SimScheduler scheduler,
            SimRandom random,
            Trace trace,
            SendObserver observer,
            List<NodeId> nodes,
            NetworkProfile profile) {
        this.scheduler = scheduler;
        this.random = random;
        this.trace = trace;
        this.observer = observer;
        this.names = List.copyOf(nodes);
        this.profile = profile;
        this.endpoints = new @Nullable Endpoint[nodes.size()];
        this.links = new SimLink[nodes.size()][nodes.size()];
        for (int from = 0; from < nodes.size(); from++) {
            numbers.put(nodes.get(from), from);
            for (int to = 0; to < nodes.size(); to++) {
                links[from][to] = new SimLink();
            }
        }
    }

    /** The transport of one process. */
    public Transport transport(SimProcess process) {
        return new Transport() {
            @Override
            public Outbound register(StorageIdentity self, Inbound inbound) {
                Endpoint endpoint = new Endpoint(self, inbound, process);
                endpoints[process.node()] = endpoint;
                if (codec != null) {
                    codec.starts(process.node(), self);
                }
                return endpoint;
            }

            @Override
            public void close() {}
        };
    }

    // ---- faults

    /** Behaves differently from now on. */
    public void profile(NetworkProfile newProfile) {
        profile = newProfile;
    }

    /** How it behaves. */
    public NetworkProfile profile() {
        return profile;
    }

    /** Nothing gets from one server to another, until {@link #restore} is called as often. */
    public void cut(int from, int to) {
        if (links[from][to].cuts++ == 0) {
            trace.add(Trace.Kind.CUT, from, to, 0, null);
        }
    }

    /** Undoes one {@link #cut}. */
    public void restore(int from, int to) {
        SimLink link = links[from][to];
        if (link.cuts > 0 && --link.cuts == 0) {
            trace.add(Trace.Kind.RESTORE, from, to, 0, null);
        }
    }

    /** Messages that match get lost between two servers; the last filter of a link counts. */
    public void drop(int from, int to, Predicate<RaftMessage> which) {
        links[from][to].filter = which;
    }

    /** From now on a server is found at these addresses and at no other. */
    public void listenAt(int node, Set<String> newAddresses) {
        addresses.put(node, Set.copyOf(newAddresses));
    }

    /** Messages of one type get lost between two servers, until {@link #unblock} is called as often. */
    public void block(int from, int to, String type) {
        links[from][to].blockedTypes.merge(type, 1, Integer::sum);
    }

    /** Undoes one {@link #block}. */
    public void unblock(int from, int to, String type) {
        links[from][to].blockedTypes.computeIfPresent(type, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** Messages between two servers wait until a time, or longer if they do already. */
    public void clog(int from, int to, long untilNanos) {
        SimLink link = links[from][to];
        link.cloggedUntilNanos = Math.max(link.cloggedUntilNanos, untilNanos);
    }

    /**
     * What one server sends to another arrives several times from now on, also where the profile has connections.
     *
     * @param copies how often; 1 is as usual
     * @param meanLateNanos how much later than the message its copies arrive on average
     */
    public void echo(int from, int to, int copies, long meanLateNanos) {
        links[from][to].copies = copies;
        links[from][to].meanLateNanos = meanLateNanos;
    }

    /**
     * Messages of one type arrive later from now on, each by chance, and hold up no other message.
     *
     * @param meanLateNanos how much later on average; 0 is as usual
     */
    public void delay(int from, int to, String type, long meanLateNanos) {
        links[from][to].lateTypes.put(type, meanLateNanos);
    }

    /** Undoes all cuts, filters, clogs, delays and echoes. The profile stays. */
    public void heal() {
        for (int from = 0; from < links.length; from++) {
            for (int to = 0; to < links.length; to++) {
                SimLink link = links[from][to];
                if (link.cuts > 0) {
                    link.cuts = 0;
                    trace.add(Trace.Kind.RESTORE, from, to, 0, null);
                }
                link.filter = null;
                link.blockedTypes.clear();
                link.lateTypes.clear();
                link.cloggedUntilNanos = 0;
                link.copies = 1;
            }
        }
    }

    /** Whether messages get from one server to another. */
    public boolean connected(int from, int to) {
        return links[from][to].cuts == 0;
    }

    // ---- messages

    /** Takes messages out of the network's hands, to deliver them when and as often as it likes. */
    public interface Courier {

        /**
         * A message was sent.
         *
         * @param from the number of the sender
         * @param to the number of the receiver
         * @param deliver delivers it now to whoever then lives there; may be run any number of times, also never
         */
        void take(int from, int to, RaftMessage message, Runnable deliver);
    }

    /** From now on all messages go to this courier. What is under way already arrives. */
    public void courier(Courier newCourier) {
        courier = newCourier;
    }

    /** From now on messages travel as this codec makes them; to be called before anything starts. */
    public void codec(MessageCodec newCodec) {
        codec = newCodec;
    }

    private SimLink.Packet packet(Endpoint sender, int to, long number, RaftMessage message) {
        MessageCodec encoder = codec;
        return new SimLink.Packet(
                sender.identity.memberId(),
                number,
                message,
                encoder == null ? null : encoder.encode(sender.identity, sender.process.node(), to, message));
    }

    private void send(Endpoint sender, int to, String address, RaftMessage message) {
        int from = sender.process.node();
        long packet = ++packets;
        trace.add(Trace.Kind.SEND, from, to, packet, message);
        observer.sent(sender.identity.memberId(), from, to, message);
        if (!addresses.getOrDefault(to, Set.of(address)).contains(address)) {
            trace.add(Trace.Kind.DROP, from, to, packet, null);
            reportUnreachable(sender, to, links[from][to]);
            return;
        }
        Courier byHand = courier;
        if (byHand != null) {
            SimLink.Packet carried = packet(sender, to, packet, message);
            byHand.take(from, to, message, () -> deliverToWhoeverIsThere(from, to, carried));
            return;
        }
        if (message instanceof RaftMessage.AppendEntries append
                && !append.entries().isEmpty()
                && random.chance(profile.slice())) {
            SimLink.slice(append, random).forEach(part -> carry(sender, to, packet(sender, to, packet, part)));
        } else {
            carry(sender, to, packet(sender, to, packet, message));
        }
    }

    private void carry(Endpoint sender, int to, SimLink.Packet packet) {
        int from = sender.process.node();
        RaftMessage message = packet.message();
        SimLink link = links[from][to];
        boolean lost = link.cuts > 0
                || link.blocks(message)
                || (link.filter != null && link.filter.test(message))
                || random.chance(profile.loss());
        for (int copy = lost ? link.copies : 1; copy < link.copies; copy++) {
            long late = random.delay(0, link.meanLateNanos);
            scheduler.at(arrivalNanos(link) + late, to, () -> deliverToWhoeverIsThere(from, to, packet));
        }
        long meanLateNanos = link.meanLateNanos(message);
        if (meanLateNanos > 0 && !lost) {
            long late = random.delay(0, meanLateNanos);
            scheduler.at(arrivalNanos(link) + late, to, () -> deliverToWhoeverIsThere(from, to, packet));
        } else if (profile.connections()) {
            sendInOrder(sender, to, packet, link, lost);
        } else if (!lost) {
            sendAlone(sender, to, packet, link);
        } else {
            trace.add(Trace.Kind.DROP, from, to, packet.number(), null);
        }
    }

    /** One connection per direction and lane: a loss breaks it, with all that is under way, and the sender is told. */
    private void sendInOrder(Endpoint sender, int to, SimLink.Packet packet, SimLink link, boolean lost) {
        int from = sender.process.node();
        SimLink.Lane lane = link.lane(packet.message());
        @Nullable Endpoint receiver = endpoints[to];
        if (lost || receiver == null || !receiver.listening()) {
            trace.add(Trace.Kind.DROP, from, to, packet.number(), null);
            lane.generation++;
            reportUnreachable(sender, to, link);
            return;
        }
        long generation = lane.generation;
        lane.lastArrivalNanos = Math.max(lane.lastArrivalNanos + 1, arrivalNanos(link));
        scheduler.at(lane.lastArrivalNanos, to, () -> {
            if (lane.generation == generation && receiver.listening()) {
                deliver(from, receiver, packet);
            } else {
                trace.add(Trace.Kind.DROP, from, to, packet.number(), null);
            }
        });
    }

    private void reportUnreachable(Endpoint sender, int to, SimLink link) {
        if (link.unreachablePending) {
            return;
        }
        link.unreachablePending = true;
        scheduler.after(
                random.delay(profile.minDelayNanos(), 10 * profile.minDelayNanos()), sender.process.node(), () -> {
                    link.unreachablePending = false;
                    if (sender.listening()) {
                        sender.process.run(() -> sender.inbound.onUnreachable(names.get(to)));
                    }
                });
    }

    private void sendAlone(Endpoint sender, int to, SimLink.Packet packet, SimLink link) {
        int number = sender.process.node();
        int copies = random.chance(profile.duplicate()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            scheduler.at(arrivalNanos(link), to, () -> deliverToWhoeverIsThere(number, to, packet));
        }
        if (profile.replay() > 0) {
            SimLink.Packet old = link.remember(packet, random);
            if (random.chance(profile.replay())) {
                scheduler.at(arrivalNanos(link), to, () -> deliverToWhoeverIsThere(number, to, old));
            }
        }
    }

    private long arrivalNanos(SimLink link) {
        long nanos = scheduler.nowNanos() + random.delay(profile.minDelayNanos(), profile.meanExtraDelayNanos());
        return link.cloggedUntilNanos > scheduler.nowNanos() ? Math.max(nanos, link.cloggedUntilNanos) : nanos;
    }

    private void deliverToWhoeverIsThere(int fromNumber, int to, SimLink.Packet packet) {
        @Nullable Endpoint receiver = endpoints[to];
        if (receiver != null && receiver.listening()) {
            deliver(fromNumber, receiver, packet);
        } else {
            trace.add(Trace.Kind.DROP, fromNumber, to, packet.number(), null);
        }
    }

    private void deliver(int from, Endpoint receiver, SimLink.Packet packet) {
        if (receiver.process.pausedUntilNanos() > scheduler.nowNanos()) {
            receiver.socketBuffer.execute(() -> deliver(from, receiver, packet));
            return;
        }
        trace.add(Trace.Kind.DELIVER, receiver.process.node(), from, packet.number(), packet.message());
        receiver.process.run(() -> {
            MessageCodec.Parcel parcel = packet.parcel();
            if (parcel == null) {
                arrive(receiver, packet.from(), SimLink.fresh(packet.message()));
                return;
            }
            for (Optional<RaftMessage> decoded : parcel.decode()) {
                decoded.ifPresentOrElse(
                        message -> arrive(receiver, packet.from(), message),
                        () -> receiver.inbound.onSkipped(packet.from().node()));
            }
        });
    }

    private void arrive(Endpoint receiver, MemberId from, RaftMessage message) {
        observer.delivered(receiver.process.node(), message);
        receiver.inbound.onMessage(from, message);
    }
}
