package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What the files of a storage hold, from a seed: the same seed gives the same values, on every platform. */
final class RandomContent {

    private static final long GREATEST = Long.MAX_VALUE - 1;

    private final SplittableRandom random;

    RandomContent(long seed) {
        random = new SplittableRandom(seed);
    }

    boolean either() {
        return random.nextBoolean();
    }

    /** From 0 on, less than the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int anyInt() {
        return random.nextInt();
    }

    long anyLong() {
        return random.nextLong();
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    Incarnation incarnation() {
        return new Incarnation(random.nextLong(), random.nextLong());
    }

    StorageIdentity identity() {
        return new StorageIdentity(
                new ClusterId(random.nextLong(), random.nextLong()),
                new GroupId(random.nextLong()),
                nodeId(random.nextInt(3)),
                incarnation());
    }

    HardState hardState() {
        return new HardState(number(), either() ? null : memberId(random.nextInt(3)));
    }

    RepairMarker repairMarker() {
        long epoch = Math.max(1, number());
        return switch (random.nextInt(4)) {
            case 0 -> RepairMarker.NONE;
            case 1 -> new RepairMarker(epoch, false, Optional.empty());
            case 2 -> new RepairMarker(epoch, true, Optional.empty());
            default -> new RepairMarker(epoch, true, Optional.of(entryId()));
        };
    }

    FormationRecord formation() {
        Membership founders = new Membership(0, members(0, 3), List.of(), members(3, 2), List.of());
        return new FormationRecord(founders, either());
    }

    SnapshotMeta snapshot() {
        EntryId last = new EntryId(Math.max(1, number()), Math.max(1, number()));
        long since = Math.min(number(), last.index());
        Membership membership = either()
                ? Membership.ofVoters(since, members(0, 3))
                : new Membership(since, members(0, 3), members(1, 3), members(4, 2), members(6, 1));
        return new SnapshotMeta(last, membership, anyLong(), number(), anyInt());
    }

    LogEntry entry() {
        return new LogEntry(
                Math.max(1, number()),
                Math.max(1, number()),
                anyLong(),
                oneOf(List.of(EntryType.values())),
                bytes(either() ? 3 : 200));
    }

    EntryId entryId() {
        return random.nextInt(4) == 0 ? EntryId.ZERO : new EntryId(Math.max(1, number()), Math.max(1, number()));
    }

    /** Fewer than this many bytes. */
    ByteBuffer bytes(int bound) {
        byte[] bytes = new byte[random.nextInt(bound)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Small ones, large ones, and the largest that is valid. */
    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(1, 1_000_000);
            case 2 -> random.nextLong(1, Long.MAX_VALUE);
            default -> GREATEST;
        };
    }

    /** At least one, at most so many, with the numbers from this one on. */
    private List<Member> members(int from, int most) {
        return IntStream.range(from, from + 1 + random.nextInt(most))
                .mapToObj(i -> new Member(memberId(i), "host" + i + ".example:800" + i))
                .toList();
    }

    private MemberId memberId(int i) {
        return new MemberId(nodeId(i), incarnation());
    }

    /** The longest name, the shortest, and others. */
    private static NodeId nodeId(int i) {
        return NodeId.of(i == 0 ? "n".repeat(NodeId.MAX_BYTES) : i == 1 ? "n" : "node-" + i);
    }
}
