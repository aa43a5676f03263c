package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The bytes of protocol version 1, kept as files. A change here is a change of the protocol: servers of two versions meet during
 * every rolling upgrade. Where it is meant and compatible, {@code -Dgolden.rewrite=true} writes the files anew.
 */
class GoldenBytesTest {

    private static final StorageIdentity N1 = Frames.identity("n1", 3);
    private static final long SEED = 20_261_123;
    private static final long KNOWN_EPOCH = 3;
    private static final int CHARS_PER_LINE = 100;

    @TestFactory
    Stream<DynamicTest> everyMessageHasTheBytesItAlwaysHad() {
        return RandomMessages.kindsInTheModel().stream()
                .map(kind -> DynamicTest.dynamicTest(kind.getSimpleName(), () -> {
                    RaftMessage message = message(kind);
                    byte[] frame = Frames.encode(N1, message);
                    assertGolden(kind.getSimpleName(), frame);
                    assertThat(Frames.decode(golden(kind.getSimpleName()))).isEqualTo(message);
                }));
    }

    /** Frozen as they were written by programs that knew nothing of application versions. Never rewritten. */
    @Test
    void messagesOfBeforeThereWereApplicationVersionsAreRead() throws Exception {
        Heartbeat heartbeat = (Heartbeat) new RandomMessages(SEED).next(Heartbeat.class);
        assertThat(Frames.decode(golden("Heartbeat-without-minimum-version")))
                .isEqualTo(new Heartbeat(heartbeat.term(), heartbeat.commit(), heartbeat.round(), OptionalInt.empty()));
        HeartbeatResponse response = (HeartbeatResponse) new RandomMessages(SEED).next(HeartbeatResponse.class);
        assertThat(Frames.decode(golden("HeartbeatResponse-without-application-version")))
                .isEqualTo(new HeartbeatResponse(
                        response.term(),
                        response.round(),
                        response.matchIndex(),
                        response.promiseNanos(),
                        response.priority(),
                        0));
    }

    /** Frozen likewise, before there were log epochs. */
    @Test
    void messagesOfBeforeThereWereLogEpochsAreRead() throws Exception {
        assertThat(Frames.decode(golden("AppendEntries-without-known-epoch")))
                .isEqualTo(withKnownEpoch((AppendEntries) new RandomMessages(SEED).next(AppendEntries.class), 0));
        AppendEntriesResponse append =
                (AppendEntriesResponse) new RandomMessages(SEED).next(AppendEntriesResponse.class);
        assertThat(Frames.decode(golden("AppendEntriesResponse-without-epoch")))
                .isEqualTo(
                        new AppendEntriesResponse(append.term(), append.success(), append.index(), append.hint(), 0));
        InstallSnapshotResponse install =
                (InstallSnapshotResponse) new RandomMessages(SEED).next(InstallSnapshotResponse.class);
        assertThat(Frames.decode(golden("InstallSnapshotResponse-without-epoch")))
                .isEqualTo(new InstallSnapshotResponse(
                        install.term(), install.lastIncludedIndex(), install.nextOffset(), install.installed(), 0));
    }

    /** Frozen likewise, before a message named the storage that it was meant for: none has this name, so neither counts anywhere. */
    @Test
    void messagesThatNameNoStorageAreReadAndMeantForNobody() throws Exception {
        Incarnation nobody = new Incarnation(0, 0);
        assertThat(Frames.decode(golden("RequestVoteResponse-without-candidate")))
                .isInstanceOfSatisfying(RequestVoteResponse.class, vote -> {
                    assertThat(vote.granted()).isTrue();
                    assertThat(vote.candidate()).isEqualTo(nobody);
                });
        assertThat(Frames.decode(golden("ForwardProposal-without-leader")))
                .isInstanceOfSatisfying(ForwardProposal.class, proposal -> {
                    assertThat(proposal.type()).isEqualTo(EntryType.SESSION);
                    assertThat(proposal.command().remaining()).isPositive();
                    assertThat(proposal.leader()).isEqualTo(nobody);
                });
    }

    /** Frozen likewise, before a heartbeat told what its receiver had acknowledged. */
    @Test
    void heartbeatsThatHoldNobodyToItsWordAreRead() throws Exception {
        Heartbeat drawn = (Heartbeat) new RandomMessages(SEED).next(Heartbeat.class);
        assertThat(Frames.decode(golden("Heartbeat-without-acknowledged")))
                .isEqualTo(withAcknowledged(drawn, Optional.empty()));
    }

    @TestFactory
    Stream<DynamicTest> theHandshakeHasTheBytesItAlwaysHad() {
        Route route =
                new Route(Frames.CLUSTER, N1.node(), Frames.identity("n2", 3).node(), "host2:8002");
        Wire.Hello hello = Handshake.hello(route, Lane.BULK, List.of(N1), 8 * 1024 * 1024);
        Wire.HelloAnswer yes = Handshake.answer(hello, List.of(Frames.identity("n2", 3)), 8 * 1024 * 1024);
        Wire.HelloAnswer no = Handshake.answer(hello, List.of(Frames.identity("n4", 3)), 8 * 1024 * 1024);
        return Stream.of(
                DynamicTest.dynamicTest("Hello", () -> assertGolden("Hello", Frames.first(hello))),
                DynamicTest.dynamicTest("accepted", () -> assertGolden("HelloAnswer-accepted", Frames.first(yes))),
                DynamicTest.dynamicTest("refused", () -> assertGolden("HelloAnswer-wrong-node", Frames.first(no))));
    }

    /** Of this kind, the one that the seed draws. A number that is 0 leaves no bytes, and for one of them it draws a 0. */
    private static RaftMessage message(Class<?> kind) {
        RaftMessage drawn = new RandomMessages(SEED).next(kind);
        if (drawn instanceof Heartbeat heartbeat) {
            return withAcknowledged(
                    heartbeat,
                    Optional.of(new Acknowledged(new Incarnation(5, 6), KNOWN_EPOCH, new EntryId(7, 1_000))));
        }
        return drawn instanceof AppendEntries append ? withKnownEpoch(append, KNOWN_EPOCH) : drawn;
    }

    private static Heartbeat withAcknowledged(Heartbeat message, Optional<Acknowledged> acknowledged) {
        return new Heartbeat(
                message.term(),
                message.commit(),
                message.round(),
                message.minimumVersion(),
                message.knownEpoch(),
                acknowledged);
    }

    private static AppendEntries withKnownEpoch(AppendEntries message, long knownEpoch) {
        return new AppendEntries(message.term(), message.prev(), message.leaderCommit(), message.entries(), knownEpoch);
    }

    private static void assertGolden(String name, byte[] actual) throws IOException {
        if (Boolean.getBoolean("golden.rewrite")) {
            String hex = HexFormat.of().formatHex(actual).replaceAll("(.{" + CHARS_PER_LINE + "})", "$1\n");
            Path file = Path.of("src/test/resources", resource(name));
            Files.createDirectories(file.getParent());
            Files.writeString(file, hex.endsWith("\n") ? hex : hex + "\n");
            return;
        }
        assertThat(HexFormat.of().formatHex(actual))
                .as("bytes of %s; where the change is meant, see the class comment", name)
                .isEqualTo(HexFormat.of().formatHex(golden(name)));
    }

    private static byte[] golden(String name) throws IOException {
        if (Boolean.getBoolean("golden.rewrite")) {
            return unhex(Files.readString(Path.of("src/test/resources", resource(name))));
        }
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/" + resource(name))) {
            assertThat(in)
                    .as("golden file of %s is missing; -Dgolden.rewrite=true writes it", name)
                    .isNotNull();
            return unhex(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    private static byte[] unhex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    private static String resource(String name) {
        return "golden/v1/" + name + ".hex";
    }
}
