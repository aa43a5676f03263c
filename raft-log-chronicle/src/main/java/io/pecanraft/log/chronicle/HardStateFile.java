package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Term and vote (Figure 2), kept apart from the log so that damage to the one is not damage to the other.
 *
 * <p>Both slots are flushed before a new value is promised. With one slot only, this could happen: B durably votes for C in
 * term 9, the slot rots, the older slot brings term 8 back, B votes for A in term 9; the first grant was delayed and still
 * arrives: two leaders in term 9.
 *
 * <p>Records of the log and the watermark say how often the hard state had been stored, so one that was put back is noticed. In
 * turn it says how far the formation had come, so that a formation record that was put back is noticed as well.
 *
 * <pre>
 * payload: term u64 | generation u32 | formation u8 | voted u8 [| nodeLength u8 | node | incarnation 2 x u64]
 *     [| epoch u64 | repairing u8 (0: no, 1: yes, 2: yes, and the last position follows) [| term u64 | index u64]]
 * </pre>
 *
 * <p>The end, a {@link RepairMarker}, is missing as long as the log has never lost anything.
 */
final class HardStateFile implements Closeable {

    static final int MAGIC = 0x53484350; // "PCHS"

    private static final byte DONE = 0;
    private static final byte REPAIRING = 1;
    private static final byte REPAIRING_WITH_KNOWN_END = 2;
    private static final int MARKER_BYTES = 3 * Long.BYTES + 1;
    private static final int MAX_BYTES =
            Long.BYTES + Integer.BYTES + 3 + NodeId.MAX_BYTES + 2 * Long.BYTES + MARKER_BYTES;

    private final Path path;
    private final TwoSlotFile slots;
    private int generation;
    private byte formationState;
    private RepairMarker repair = RepairMarker.NONE;

    private HardStateFile(Path path, TwoSlotFile slots) {
        this.path = path;
        this.slots = slots;
    }

    static void create(Path path, Incarnation storage, Barrier barrier, HardState state) throws IOException {
        TwoSlotFile.create(path, MAGIC, storage, barrier, encode(state, 0, FormationFile.NO_RECORD, RepairMarker.NONE));
    }

    static HardStateFile open(Path path, Incarnation storage, Barrier barrier) throws IOException {
        return new HardStateFile(path, TwoSlotFile.open(path, MAGIC, storage, barrier));
    }

    /** The same, for looking only. */
    static HardStateFile openToRead(Path path, Incarnation storage) throws IOException {
        return new HardStateFile(path, TwoSlotFile.openToRead(path, MAGIC, storage));
    }

    /** See {@link TwoSlotFile#damagedSlotPosition}. */
    OptionalLong damagedSlotPosition() {
        return slots.damagedSlotPosition();
    }

    HardState read() {
        ByteBuffer in = slots.payload();
        try {
            long term = in.getLong();
            generation = in.getInt();
            formationState = in.get();
            MemberId votedFor = in.get() == 0 ? null : readMember(in);
            repair = in.hasRemaining() ? readMarker(in) : RepairMarker.NONE;
            return new HardState(term, votedFor);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw Damage.corrupt(path, "its checksum is right but its content is not (" + e + ")");
        }
    }

    private static MemberId readMember(ByteBuffer in) {
        byte[] node = new byte[in.get() & 0xff];
        in.get(node);
        Incarnation incarnation = new Incarnation(in.getLong(), in.getLong());
        return new MemberId(new NodeId(new String(node, StandardCharsets.UTF_8)), incarnation);
    }

    private static RepairMarker readMarker(ByteBuffer in) {
        long epoch = in.getLong();
        byte repairing = in.get();
        return new RepairMarker(
                epoch,
                repairing != DONE,
                repairing == REPAIRING_WITH_KNOWN_END
                        ? Optional.of(new EntryId(in.getLong(), in.getLong()))
                        : Optional.empty());
    }

    /** Flushes the state; it may be promised when this returns. */
    void store(HardState state) throws IOException {
        slots.storeInBothSlots(encode(state, ++generation, formationState, repair));
    }

    /** Flushes, with the state as it is, how far the formation has come. The record itself is flushed already. */
    void storeFormationState(byte newState) throws IOException {
        HardState state = read();
        formationState = newState;
        store(state);
    }

    /** Flushes, with the state as it is, what the log has lost. Only then may any of it be discarded. */
    void storeRepair(RepairMarker marker) throws IOException {
        HardState state = read();
        repair = marker;
        store(state);
    }

    /** What the log has lost; as {@link #read} or stored last. */
    RepairMarker repair() {
        return repair;
    }

    /** How far the formation had come, at least; as {@link #read} or stored last. */
    byte formationState() {
        return formationState;
    }

    /** How often it has been stored (the low 32 bits); as {@link #read} or stored last. */
    int generation() {
        return generation;
    }

    @Override
    public void close() throws IOException {
        slots.close();
    }

    /** What a slot holds. */
    static byte[] encode(HardState state, int generation, byte formationState, RepairMarker repair) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(state.currentTerm()).putInt(generation).put(formationState);
        MemberId votedFor = state.votedFor();
        if (votedFor == null) {
            out.put((byte) 0);
        } else {
            byte[] node = votedFor.node().value().getBytes(StandardCharsets.UTF_8);
            out.put((byte) 1).put((byte) node.length).put(node);
            out.putLong(votedFor.incarnation().high())
                    .putLong(votedFor.incarnation().low());
        }
        if (repair.epoch() > 0) {
            Optional<EntryId> last = repair.lastPosition();
            byte repairing = last.isPresent() ? REPAIRING_WITH_KNOWN_END : REPAIRING;
            out.putLong(repair.epoch()).put(repair.repairing() ? repairing : DONE);
            last.ifPresent(id -> out.putLong(id.term()).putLong(id.index()));
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }
}
