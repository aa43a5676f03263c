package io.pecanraft.transport.netty;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.FormationStage;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.Introduction;
import io.pecanraft.model.RaftMessage.IntroductionResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Messages of every kind from a seed: the same seed gives the same messages, on every platform. */
final class RandomMessages {

    private final SplittableRandom random;
    private final Map<Class<? extends RaftMessage>, Supplier<RaftMessage>> kinds = new LinkedHashMap<>();

    RandomMessages(long seed) {
        random = new SplittableRandom(seed);
        kinds.put(RequestVote.class, () -> new RequestVote(number(), entryId(), random.nextBoolean()));
        kinds.put(
                RequestVoteResponse.class,
                () -> new RequestVoteResponse(
                        number(), random.nextBoolean(), new Incarnation(random.nextLong(), random.nextLong())));
        kinds.put(PreVote.class, () -> new PreVote(number(), entryId(), random.nextLong()));
        kinds.put(PreVoteResponse.class, () -> new PreVoteResponse(number(), random.nextBoolean(), random.nextLong()));
        kinds.put(AppendEntries.class, this::appendEntries);
        kinds.put(
                AppendEntriesResponse.class,
                () -> new AppendEntriesResponse(number(), random.nextBoolean(), number(), entryId(), number()));
        kinds.put(
                Heartbeat.class,
                () -> new Heartbeat(number(), number(), random.nextLong(), minimumVersion(), number(), acknowledged()));
        kinds.put(
                HeartbeatResponse.class,
                () -> new HeartbeatResponse(
                        number(),
                        random.nextLong(),
                        number(),
                        number(),
                        random.nextInt(Integer.MAX_VALUE),
                        random.nextInt(Integer.MAX_VALUE),
                        number()));
        kinds.put(TimeoutNow.class, () -> new TimeoutNow(number()));
        kinds.put(InstallSnapshot.class, this::installSnapshot);
        kinds.put(
                InstallSnapshotResponse.class,
                () -> new InstallSnapshotResponse(number(), number(), number(), random.nextBoolean(), number()));
        kinds.put(ReadIndex.class, () -> new ReadIndex(random.nextLong(), random.nextLong()));
        kinds.put(
                ReadIndexResponse.class,
                () -> new ReadIndexResponse(random.nextLong(), random.nextLong(), random.nextBoolean(), number()));
        kinds.put(ForwardProposal.class, this::forwardProposal);
        kinds.put(ForwardProposalResponse.class, this::forwardProposalResponse);
        kinds.put(Formation.class, this::formation);
        kinds.put(Introduction.class, () -> new Introduction(random.nextLong(), membership(number())));
        kinds.put(IntroductionResponse.class, () -> new IntroductionResponse(random.nextLong()));
        kinds.put(Refill.class, this::refill);
        kinds.put(RefillResponse.class, this::refillResponse);
    }

    /** Every record that is a message, found by walking the sealed family. */
    static List<Class<?>> kindsInTheModel() {
        return kindsUnder(RaftMessage.class).toList();
    }

    private static Stream<Class<?>> kindsUnder(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RandomMessages::kindsUnder)
                : Stream.of(type);
    }

    /** One message of this kind. */
    RaftMessage next(Class<?> kind) {
        Supplier<RaftMessage> maker = kinds.get(kind);
        if (maker == null) {
            throw new AssertionError(kind.getSimpleName()
                    + " is a message without tests: give it a wire format and a line in RandomMessages");
        }
        return maker.get();
    }

    private OptionalInt minimumVersion() {
        return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(300));
    }

    private Optional<Acknowledged> acknowledged() {
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new Acknowledged(
                        new Incarnation(random.nextLong(), random.nextLong()),
                        number(),
                        new EntryId(Math.max(1, number()), Math.max(1, number()))));
    }

    private RaftMessage forwardProposal() {
        EntryType type = random.nextBoolean() ? EntryType.COMMAND : EntryType.SESSION;
        ByteBuffer command = type == EntryType.COMMAND
                ? bytes(2_000)
                : new SessionEntry.Command(1 + number(), 9, 1 + random.nextInt(9), bytes(2_000)).encode();
        return new ForwardProposal(
                number(),
                new Incarnation(random.nextLong(), random.nextLong()),
                random.nextLong(),
                random.nextLong(),
                number(),
                type,
                command);
    }

    private RaftMessage appendEntries() {
        EntryId prev = prev();
        List<LogEntry> entries = entries(prev, random.nextInt(8));
        long term = entries.isEmpty()
                ? Math.max(1, prev.term())
                : entries.get(entries.size() - 1).term();
        return new AppendEntries(Math.max(term, number()), prev, number(), entries, number());
    }

    private RaftMessage refill() {
        EntryId last = prev();
        return new Refill(last, laterThan(last));
    }

    private RaftMessage refillResponse() {
        EntryId prev = prev();
        List<LogEntry> entries = entries(prev, 1 + random.nextInt(8));
        EntryId last = entries.get(entries.size() - 1).id();
        return new RefillResponse(random.nextInt(4) == 0 ? last : laterThan(last), prev, entries);
    }

    private EntryId laterThan(EntryId id) {
        return new EntryId(Math.max(1, id.term() + random.nextInt(3)), id.index() + 1 + random.nextInt(1_000));
    }

    private EntryId prev() {
        return random.nextInt(4) == 0 ? EntryId.ZERO : new EntryId(1 + random.nextInt(9), 1 + number() / 2);
    }

    private List<LogEntry> entries(EntryId prev, int count) {
        List<LogEntry> entries = new ArrayList<>();
        long term = Math.max(1, prev.term());
        for (int i = 0; i < count; i++) {
            term += random.nextInt(3) == 0 ? number() / 1_000 : 0;
            long timestampMillis = random.nextInt(5) == 0 ? random.nextLong() : 1_700_000_000_000L + i;
            EntryType type = oneOf(List.of(EntryType.values()));
            // Lengths from a share of a frame to most of it: both are decoded in another way.
            ByteBuffer payload = bytes(random.nextInt(5) == 0 ? 20_000 : 40);
            entries.add(new LogEntry(prev.index() + 1 + i, term, timestampMillis, type, payload));
        }
        return entries;
    }

    private RaftMessage installSnapshot() {
        ByteBuffer data = bytes(5_000);
        long offset = number() / 4;
        EntryId lastIncluded = new EntryId(1 + number() / 2, 1 + number() / 2);
        Membership membership =
                Membership.ofVoters(Math.min(lastIncluded.index(), number()), members(1 + random.nextInt(5)));
        SnapshotMeta meta = new SnapshotMeta(
                lastIncluded,
                membership,
                random.nextLong(),
                offset + data.remaining() + number() / 4,
                random.nextInt());
        return new InstallSnapshot(number(), meta, offset, data);
    }

    private RaftMessage forwardProposalResponse() {
        return new ForwardProposalResponse(
                random.nextLong(),
                random.nextLong(),
                oneOf(List.of(ForwardOutcome.values())),
                number(),
                bytes(500),
                random.nextBoolean() ? "" : "über den Grund n°" + random.nextInt(),
                random.nextBoolean() ? Optional.empty() : Optional.of(nodeId(random.nextInt(9))));
    }

    private RaftMessage formation() {
        FormationStage stage = oneOf(List.of(FormationStage.values()));
        List<MemberAddress> bootstrap = IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> new MemberAddress(nodeId(i), address(i)))
                .toList();
        return new Formation(
                stage, bootstrap, stage == FormationStage.GATHERING ? List.of() : members(1 + random.nextInt(5)));
    }

    private Membership membership(long index) {
        List<Member> all = members(7);
        boolean joint = random.nextBoolean();
        return new Membership(
                index,
                all.subList(0, 3),
                joint ? all.subList(1, 5) : List.of(),
                all.subList(5, 5 + random.nextInt(2)),
                joint ? all.subList(3, 3 + random.nextInt(2)) : List.of());
    }

    private List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Member(
                        new MemberId(nodeId(i), new Incarnation(random.nextLong(), random.nextLong())), address(i)))
                .toList();
    }

    private static NodeId nodeId(int i) {
        return NodeId.of(i == 0 ? "n".repeat(NodeId.MAX_BYTES) : "node-" + i);
    }

    private static String address(int i) {
        return i == 0 ? "h".repeat(250) + ":8001" : "host" + i + ".example:800" + i;
    }

    private EntryId entryId() {
        return random.nextInt(4) == 0 ? EntryId.ZERO : new EntryId(Math.max(1, number()), Math.max(1, number()));
    }

    /** Small ones, large ones, and the largest that is valid. */
    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(1, 1_000_000);
            case 2 -> random.nextLong(1, Long.MAX_VALUE);
            default -> Long.MAX_VALUE - 1;
        };
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private ByteBuffer bytes(int bound) {
        byte[] bytes = new byte[random.nextInt(bound)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
