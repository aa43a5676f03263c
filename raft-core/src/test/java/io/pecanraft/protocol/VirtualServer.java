package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One {@link Raft} with everything around it under the test's control: its disk, its state machine, its time and what it says.
 *
 * <p>Every input is a turn: the input, then {@link Raft#flush}, then the effects in order.
 */
final class VirtualServer {

    /** A message on its way. */
    record Envelope(MemberId from, NodeId to, RaftMessage message) {
        @Override
        public String toString() {
            return from.node() + "->" + to + " " + message;
        }
    }

    final MemberId id;
    final VirtualDisk disk;
    private final List<MemberAddress> bootstrap;
    private ProtocolSettings settings;
    private final LongSupplier clock;
    private final Consumer<Envelope> network;
    private final ArrayDeque<Runnable> followUps = new ArrayDeque<>();
    private boolean inTurn;
    private Random random;

    Raft raft;

    /** Whether writes are confirmed at once. */
    boolean diskIsFast = true;

    /** Whether the state machine applies at once. */
    boolean applyIsFast = true;

    /** Called with every effect before it is executed. */
    Consumer<Effect> watch = effect -> {};

    // the state machine
    long appliedIndex;
    long appliedTimestamp;
    private Optional<Membership> appliedMembership = Optional.empty();
    long stateHash;
    final ArrayDeque<Effect> toApply = new ArrayDeque<>();

    // the snapshot that is being received
    private String receivingFrom = "";
    private byte[] received = new byte[0];

    // what came out
    final List<Report> reports = new ArrayList<>();
    final Map<Long, Long> served = new HashMap<>();
    final TreeSet<Long> failedReads = new TreeSet<>();
    final Map<Long, ChangeOutcome> changeOutcomes = new HashMap<>();
    Map<NodeId, String> peers = Map.of();
    private long lastChange;
    final List<Long> failedProposalsAbove = new ArrayList<>();
    final List<Effect.Condemn> condemned = new ArrayList<>();

    VirtualServer(
            MemberId id,
            List<MemberAddress> bootstrap,
            ProtocolSettings settings,
            VirtualDisk disk,
            long seed,
            LongSupplier clock,
            Consumer<Envelope> network) {
        this.id = id;
        this.bootstrap = bootstrap;
        this.settings = settings;
        this.disk = disk;
        this.clock = clock;
        this.network = network;
        this.random = new Random(seed);
        start();
    }

    private void start() {
        appliedIndex = disk.snapshot().map(SnapshotMeta::lastIncludedIndex).orElse(0L);
        appliedTimestamp =
                disk.snapshot().map(SnapshotMeta::lastTimestampMillis).orElse(0L);
        appliedMembership = disk.snapshot()
                .map(SnapshotMeta::membership)
                .or(() -> disk.formation().map(FormationRecord::membership));
        stateHash = disk.snapshotState();
        raft = new Raft(id, bootstrap, settings, random, disk.recover(), clock.getAsLong(), 1_000_000);
        turn(r -> {});
    }

    /** Loses what is not durable and starts again; see {@link VirtualDisk#crash}. */
    void restart(int survivingWrites, int entriesOfNext) {
        disk.crash(survivingWrites, entriesOfNext);
        followUps.clear();
        toApply.clear();
        receivingFrom = "";
        served.clear();
        failedReads.clear();
        random = new Random(random.nextLong());
        start();
    }

    void restart() {
        restart(0, -1);
    }

    /** Another program is installed: it stops in good order and starts with these settings. */
    void restart(ProtocolSettings newSettings) {
        settings = newSettings;
        restart();
    }

    // ---- inputs

    void turn(Consumer<Raft> input) {
        input.accept(raft);
        List<Effect> effects = raft.flush(clock.getAsLong());
        for (Effect effect : effects) {
            watch.accept(effect);
            execute(effect);
        }
        if (!inTurn) {
            inTurn = true;
            try {
                while (!followUps.isEmpty()) {
                    followUps.removeFirst().run();
                }
            } finally {
                inTurn = false;
            }
        }
    }

    void receive(MemberId from, RaftMessage message) {
        turn(r -> r.step(from, message, clock.getAsLong()));
    }

    void tick() {
        turn(r -> r.tick(clock.getAsLong()));
    }

    Admission propose(ByteBuffer payload) {
        Admission[] admission = new Admission[1];
        turn(r -> admission[0] = r.propose(EntryType.COMMAND, payload, clock.getAsLong()));
        return admission[0];
    }

    void read(long requestId) {
        turn(r -> r.requestRead(requestId, clock.getAsLong()));
    }

    void leaseRead(long requestId) {
        turn(r -> r.requestLeaseRead(requestId, clock.getAsLong()));
    }

    /** Hands leadership over; to the best server when no target is given. */
    TransferAdmission transfer(@Nullable NodeId target) {
        TransferAdmission[] admission = new TransferAdmission[1];
        turn(r -> admission[0] = r.transferLeadership(target, Long.MAX_VALUE, clock.getAsLong()));
        return admission[0];
    }

    /** Asks for a change of membership, whose outcome will be in {@link #changeOutcomes} under the returned number. */
    long change(MembershipChange change) {
        long id = ++lastChange;
        turn(r -> r.changeMembership(id, change, clock.getAsLong()));
        return id;
    }

    void confirmOldestWrite() {
        long ticket = disk.confirmOldest();
        turn(r -> r.persisted(ticket, clock.getAsLong()));
    }

    void confirmAllWrites() {
        while (disk.hasUnconfirmed()) {
            confirmOldestWrite();
        }
    }

    void applyOldest() {
        Effect next = toApply.removeFirst();
        if (next instanceof Effect.Apply apply) {
            for (LogEntry entry : apply.entries()) {
                if (entry.index() != appliedIndex + 1) {
                    throw new AssertionError(id + " applies " + entry + " after " + appliedIndex);
                }
                appliedIndex = entry.index();
                if (entry.type() == EntryType.MEMBERSHIP) {
                    appliedMembership =
                            Optional.of(MembershipCodec.decode(entry.payload()).atIndex(entry.index()));
                }
                appliedTimestamp = entry.timestampMillis();
                stateHash =
                        31 * (31 * stateHash + entry.term()) + entry.payload().hashCode();
            }
            turn(r -> r.applied(appliedIndex));
        } else if (next instanceof Effect.RestoreSnapshot restore) {
            appliedIndex = restore.meta().lastIncludedIndex();
            appliedTimestamp = restore.meta().lastTimestampMillis();
            appliedMembership = Optional.of(restore.meta().membership());
            stateHash = restoredStates.remove(restore.meta());
            turn(r -> r.snapshotRestored(restore.meta()));
        }
    }

    private final Map<SnapshotMeta, Long> restoredStates = new HashMap<>();

    void applyAll() {
        while (!toApply.isEmpty()) {
            applyOldest();
        }
    }

    /** Takes a snapshot of what is applied; false when there is nothing new. */
    boolean takeSnapshot() {
        if (appliedIndex <= disk.snapshot().map(SnapshotMeta::lastIncludedIndex).orElse(0L)
                || appliedIndex < raft.firstIndex() - 1) {
            return false;
        }
        SnapshotMeta meta = new SnapshotMeta(
                raft.state.log.idAt(appliedIndex), appliedMembership.orElseThrow(), appliedTimestamp, Long.BYTES, (int)
                        stateHash);
        disk.keepSnapshot(meta, stateHash);
        turn(r -> r.snapshotTaken(meta));
        return true;
    }

    // ---- effects

    private void execute(Effect effect) {
        if (effect instanceof Effect.Persist persist) {
            disk.write(persist);
            if (diskIsFast) {
                followUps.addLast(() -> {
                    if (disk.hasUnconfirmed()) {
                        confirmOldestWrite();
                    }
                });
            }
        } else if (effect instanceof Effect.Send send) {
            network.accept(new Envelope(id, send.to(), send.message()));
        } else if (effect instanceof Effect.Apply || effect instanceof Effect.RestoreSnapshot) {
            if (effect instanceof Effect.RestoreSnapshot restore) {
                restoredStates.put(restore.meta(), disk.snapshotState());
            }
            toApply.addLast(effect);
            if (applyIsFast) {
                followUps.addLast(this::applyAll);
            }
        } else if (effect instanceof Effect.ReadLog read) {
            List<LogEntry> entries = disk.read(read.fromIndex(), read.toIndexExclusive(), read.maxBytes());
            followUps.addLast(() -> turn(r -> r.logRead(read.token(), entries)));
        } else if (effect instanceof Effect.SendSnapshotChunk chunk) {
            sendChunk(chunk);
        } else if (effect instanceof Effect.AcceptSnapshotChunk chunk) {
            followUps.addLast(() -> accept(chunk));
        } else if (effect instanceof Effect.ServeReads reads) {
            reads.requestIds().forEach(request -> served.put(request, reads.readIndex()));
        } else if (effect instanceof Effect.FailReads reads) {
            failedReads.addAll(reads.requestIds());
        } else if (effect instanceof Effect.FailProposals proposals) {
            failedProposalsAbove.add(proposals.aboveIndex());
        } else if (effect instanceof Effect.UpdatePeers update) {
            peers = update.addresses();
        } else if (effect instanceof Effect.EndMembershipChange end) {
            changeOutcomes.put(end.requestId(), end.outcome());
        } else if (effect instanceof Effect.Compact compact) {
            disk.compactThrough(compact.throughIndex());
        } else if (effect instanceof Effect.Observe observe) {
            reports.add(observe.report());
        } else if (effect instanceof Effect.Condemn condemn) {
            condemned.add(condemn);
        }
    }

    private void sendChunk(Effect.SendSnapshotChunk chunk) {
        if (!disk.snapshot().equals(Optional.of(chunk.meta()))) {
            followUps.addLast(() -> turn(r -> r.snapshotUnavailable(chunk.to(), chunk.meta())));
            return;
        }
        ByteBuffer data = ByteBuffer.allocate((int) chunk.meta().sizeBytes());
        if (data.remaining() >= Long.BYTES) {
            data.putLong(0, disk.snapshotState());
        }
        ByteBuffer part = data.slice((int) chunk.offset(), chunk.bytes());
        network.accept(
                new Envelope(id, chunk.to(), new InstallSnapshot(chunk.term(), chunk.meta(), chunk.offset(), part)));
    }

    private void accept(Effect.AcceptSnapshotChunk chunk) {
        String key = chunk.from() + " " + chunk.term() + " " + chunk.meta();
        if (!key.equals(receivingFrom) && chunk.offset() == 0) {
            receivingFrom = key;
            received = new byte[0];
        }
        long stored = 0;
        if (key.equals(receivingFrom)) {
            if (chunk.offset() == received.length) {
                byte[] longer = java.util.Arrays.copyOf(
                        received, received.length + chunk.data().remaining());
                chunk.data()
                        .duplicate()
                        .get(longer, received.length, chunk.data().remaining());
                received = longer;
            }
            stored = received.length;
            if (stored == chunk.meta().sizeBytes()) {
                disk.keepSnapshot(
                        chunk.meta(),
                        stored >= Long.BYTES ? ByteBuffer.wrap(received).getLong() : 0);
            }
        }
        long nextOffset = stored;
        turn(r -> r.snapshotChunkStored(chunk.from(), chunk.term(), chunk.meta(), nextOffset, clock.getAsLong()));
    }

    // ---- what the tests ask

    long term(long index) {
        return raft.state.log.termAt(index);
    }

    @Override
    public String toString() {
        return id.node() + " " + raft.role() + " t" + raft.currentTerm() + " log " + raft.firstIndex() + ".."
                + raft.lastIndex() + " durable " + raft.durableIndex() + " commit " + raft.commitIndex() + " applied "
                + appliedIndex;
    }
}
