package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes from outside: strangers, liars, and peers that are not well. */
@Timeout(120)
class InboundTest {

    private static final StorageIdentity N2 = Frames.identity("n2", 0);

    private final Server n1 = new Server("n1");

    @AfterEach
    void nothingWasDeliveredThatNoTestTook() {
        n1.close();
        assertThat(n1.inbox.isEmpty()).isTrue();
    }

    @Test
    void garbageIsTurnedAway() throws Exception {
        try (RawPeer stranger = RawPeer.callTo(n1)) {
            stranger.send("GET / HTTP/1.1\r\nHost: n1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(stranger.readUntilClosed()).isEmpty();
            assertThat(n1.transport.stats().connectionsMalformed()).isEqualTo(1);
        }
    }

    @Test
    void randomBytesAreTurnedAway() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            byte[] bytes = new byte[2_000];
            new SplittableRandom(seed).nextBytes(bytes);
            ByteBuffer.wrap(bytes).putInt(FrameCodec.MAGIC); // otherwise four bytes are enough to tell
            try (RawPeer stranger = RawPeer.callTo(n1)) {
                stranger.send(bytes);
                assertThat(stranger.isClosedByTheOther()).isTrue();
            }
        }
        assertThat(n1.transport.stats().connectionsAccepted()).isZero();
    }

    @Test
    void aLengthBombIsTurnedAway() throws Exception {
        try (RawPeer stranger = RawPeer.callTo(n1)) {
            stranger.send(ByteBuffer.allocate(8)
                    .putInt(FrameCodec.MAGIC)
                    .putInt(Integer.MAX_VALUE)
                    .array());

            assertThat(stranger.isClosedByTheOther()).isTrue();
        }
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.BULK)) {
            peer.send(ByteBuffer.allocate(4).putInt(8 * 1024 * 1024).array());

            assertThat(peer.isClosedByTheOther()).isTrue();
        }
        assertThat(n1.transport.stats().connectionsMalformed()).isEqualTo(2);
    }

    @Test
    void whoSaysNothingIsTurnedAwayAfterTheHandshakeTimeout() throws Exception {
        try (Server impatient = new Server("n1", settings -> settings.handshakeTimeout(Duration.ofMillis(200)));
                RawPeer silent = RawPeer.callTo(impatient);
                RawPeer slow = RawPeer.callTo(impatient)) {
            byte[] hello = Frames.first(RawPeer.helloTo(impatient, "n2", Lane.CONSENSUS));
            slow.send(Arrays.copyOf(hello, hello.length - 1));

            assertThat(silent.readUntilClosed()).isEmpty();
            assertThat(slow.readUntilClosed()).isEmpty();
            assertThat(impatient.transport.stats().handshakesTimedOut()).isEqualTo(2);
        }
    }

    @Test
    void aMessageBeforeTheHandshakeIsNotDelivered() throws Exception {
        try (RawPeer stranger = RawPeer.callTo(n1)) {
            stranger.send(Frames.first(MessageEncoder.header(N2, new Heartbeat(1, 2, 3))));

            assertThat(stranger.readFirst(Wire.HelloAnswer.parser()).getRefusal())
                    .isNotEqualTo(Wire.Refusal.ACCEPTED);
            assertThat(stranger.isClosedByTheOther()).isTrue();
        }
    }

    @Test
    void anotherClusterIsRefused() throws Exception {
        Wire.Hello hello = hello().toBuilder().setClusterLow(1).build();

        Wire.HelloAnswer answer = refused(hello);

        assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.WRONG_CLUSTER);
        assertThat(answer.getDetail())
                .contains("n2 of cluster " + new ClusterId(Frames.CLUSTER.high(), 1))
                .contains("n1 of cluster " + Frames.CLUSTER);
    }

    @Test
    void whoMeansAnotherNodeIsRefused() throws Exception {
        Wire.HelloAnswer answer = refused(hello().toBuilder().setToNode("n7").build());

        assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.WRONG_NODE);
        assertThat(answer.getDetail()).isEqualTo("n2 called n7 but reached n1");
    }

    @Test
    void whoSpeaksForNoGroupOfOursIsRefused() throws Exception {
        Wire.HelloAnswer answer = refused(hello().toBuilder()
                .clearGroups()
                .addGroups(Wire.GroupIdentity.newBuilder().setGroup(9))
                .build());

        assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.UNKNOWN_GROUP);
        assertThat(answer.getDetail()).contains("such as 9");
    }

    @Test
    void aVersionWithoutOverlapIsRefused() throws Exception {
        Wire.HelloAnswer answer =
                refused(hello().toBuilder().setMinVersion(2).setMaxVersion(3).build());

        assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.UNSUPPORTED_VERSION);
        assertThat(answer.getDetail()).isEqualTo("protocol versions 2 to 3 meet version 1");
    }

    @Test
    void whoCallsItselfOrHasNoNameOrNoLaneIsRefused() throws Exception {
        Wire.Refusal malformed = Wire.Refusal.MALFORMED_HELLO;
        assertThat(refused(hello().toBuilder().setFromNode("n1").build()).getRefusal())
                .isEqualTo(malformed);
        assertThat(refused(hello().toBuilder().setFromNode("no name\n").build()).getRefusal())
                .isEqualTo(malformed);
        assertThat(refused(hello().toBuilder().setLaneValue(17).build()).getRefusal())
                .isEqualTo(malformed);
    }

    @Test
    void beforeANodeIsRegisteredCallersAreAskedToComeAgain() throws Exception {
        n1.out.close();

        assertThat(refused(hello()).getRefusal()).isEqualTo(Wire.Refusal.NOT_READY);
    }

    @Test
    void aNewerVersionThatStillSpeaksOursIsAccepted() throws Exception {
        try (RawPeer newer = RawPeer.callTo(n1)) {
            newer.send(Frames.first(hello().toBuilder()
                    .setMaxVersion(5)
                    .mergeFrom(new byte[] {(byte) 0x98, 0x06, 0x05}) // a field that this version does not know
                    .build()));

            Wire.HelloAnswer answer = newer.readFirst(Wire.HelloAnswer.parser());
            assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.ACCEPTED);
            assertThat(answer.getVersion()).isEqualTo(1);
        }
    }

    @Test
    void messagesCarryTheSendersNameAndTheIncarnationOfTheirFrame() throws Exception {
        StorageIdentity wiped = new StorageIdentity(N2.cluster(), N2.group(), N2.node(), new Incarnation(77, 78));
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            peer.send(N2, new Heartbeat(1, 2, 3)).send(wiped, new Heartbeat(1, 2, 4));

            assertThat(n1.inbox.next()).isEqualTo(new Inbox.Delivery(N2.memberId(), new Heartbeat(1, 2, 3)));
            assertThat(n1.inbox.next())
                    .isEqualTo(new Inbox.Delivery(
                            new MemberId(NodeId.of("n2"), new Incarnation(77, 78)), new Heartbeat(1, 2, 4)));
        }
    }

    @Test
    void aMalformedMessageEndsItsConnectionAndNothingAfterItIsDelivered() throws Exception {
        Wire.Header malformed = Wire.Header.newBuilder()
                .setHeartbeat(Wire.Heartbeat.newBuilder().setTerm(-1))
                .build();
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            peer.send(concat(
                    Frames.encode(N2, new Heartbeat(1, 2, 3)),
                    Frames.encode(malformed, List.of()),
                    Frames.encode(N2, new Heartbeat(1, 2, 4))));

            assertThat(peer.isClosedByTheOther()).isTrue();
            assertThat(n1.inbox.next().message()).isEqualTo(new Heartbeat(1, 2, 3));
            assertThat(n1.transport.stats().connectionsMalformed()).isEqualTo(1);
        }
    }

    @Test
    void aDamagedFrameEndsItsConnectionAndNothingAfterItIsDelivered() throws Exception {
        byte[] damaged = Frames.encode(
                N2,
                new ForwardProposal(1, new Incarnation(7, 8), 2, 3, 4, EntryType.COMMAND, ByteBuffer.allocate(100)));
        damaged[60] ^= 1;
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.BULK)) {
            peer.send(concat(damaged, Frames.encode(N2, new Heartbeat(1, 2, 4))));

            assertThat(peer.isClosedByTheOther()).isTrue();
            assertThat(n1.transport.stats().connectionsMalformed()).isEqualTo(1);
        }
    }

    @Test
    void aKindOfANewerVersionIsSkippedAndCounted() throws Exception {
        Wire.Header newer = Wire.Header.parseFrom(new byte[] {(byte) 0x9a, 0x06, 0x00});
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            peer.send(Frames.encode(newer, List.of(ByteBuffer.allocate(10)))).send(N2, new Heartbeat(1, 2, 3));

            assertThat(n1.inbox.next().message()).isEqualTo(new Heartbeat(1, 2, 3));
            assertThat(n1.transport.stats().skippedUnknownType()).isEqualTo(1);
        }
    }

    @Test
    void aPingIsAnswered() throws Exception {
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            peer.ping();

            assertThat(peer.readFrame().header(Wire.Header.parser()).hasPong()).isTrue();
        }
    }

    @Test
    void theNewestConnectionOfAPeerAndLaneWins() throws Exception {
        try (RawPeer older = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS);
                RawPeer bulk = RawPeer.introducedTo(n1, "n2", Lane.BULK);
                RawPeer other = RawPeer.introducedTo(n1, "n3", Lane.CONSENSUS);
                RawPeer newer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            assertThat(older.isClosedByTheOther()).isTrue();
            assertThat(n1.transport.stats().connectionsReplaced()).isEqualTo(1);
            for (RawPeer peer : List.of(bulk, other, newer)) {
                peer.send(N2, new Heartbeat(1, 2, 3));
                n1.inbox.next();
            }
        }
    }

    @Test
    void aConnectionThatIsRefusedReplacesNothing() throws Exception {
        try (RawPeer peer = RawPeer.introducedTo(n1, "n2", Lane.CONSENSUS)) {
            refused(hello().toBuilder().setClusterLow(1).build());

            peer.send(N2, new Heartbeat(1, 2, 3));
            assertThat(n1.inbox.next().message()).isEqualTo(new Heartbeat(1, 2, 3));
        }
    }

    @Test
    void aConnectionWithoutPingsIsClosedAfterTheIdleTimeout() throws Exception {
        try (Server impatient = new Server(
                        "n1",
                        settings -> settings.pingInterval(Duration.ofMillis(50)).idleTimeout(Duration.ofMillis(200)));
                RawPeer peer = RawPeer.introducedTo(impatient, "n2", Lane.CONSENSUS)) {
            assertThat(peer.isClosedByTheOther()).isTrue();
            assertThat(impatient.transport.stats().connectionsIdle()).isEqualTo(1);
        }
    }

    @Test
    void strangersDoNotKeepPeersOut() throws Exception {
        try (Server small = new Server("n1", settings -> settings.maxInboundConnections(2));
                RawPeer first = RawPeer.callTo(small);
                RawPeer second = RawPeer.callTo(small)) {
            try (RawPeer peer = RawPeer.introducedTo(small, "n2", Lane.CONSENSUS);
                    RawPeer bulk = RawPeer.introducedTo(small, "n2", Lane.BULK)) {
                assertThat(first.isClosedByTheOther()).isTrue();
                assertThat(second.isClosedByTheOther()).isTrue();

                try (RawPeer late = RawPeer.callTo(small)) { // peers have all the places now
                    assertThat(late.isClosedByTheOther()).isTrue();
                }
                peer.ping();
                bulk.ping();
                peer.readFrame();
                bulk.readFrame();
                assertThat(small.transport.stats().connectionsOverLimit()).isEqualTo(3);
            }
        }
    }

    @Test
    void theLongestHelloFitsIntoItsFrame() {
        Route route = new Route(
                Frames.CLUSTER, NodeId.of("a".repeat(64)), NodeId.of("b".repeat(64)), "c".repeat(249) + ":65535");
        List<StorageIdentity> groups = LongStream.range(0, Handshake.MAX_GROUPS_NAMED)
                .mapToObj(group -> Frames.identity("n1", -1 - group))
                .toList();

        byte[] bytes = Frames.first(Handshake.hello(route, Lane.BULK, groups, Integer.MAX_VALUE));

        assertThat(bytes.length - FrameCodec.MAGIC_BYTES).isLessThan(FrameCodec.MAX_HANDSHAKE_FRAME_BYTES);
    }

    private Wire.Hello hello() {
        return RawPeer.helloTo(n1, "n2", Lane.CONSENSUS);
    }

    private Wire.HelloAnswer refused(Wire.Hello hello) throws Exception {
        try (RawPeer stranger = RawPeer.callTo(n1)) {
            stranger.send(Frames.first(hello)).send(N2, new Heartbeat(1, 2, 3));
            Wire.HelloAnswer answer = stranger.readFirst(Wire.HelloAnswer.parser());
            assertThat(stranger.isClosedByTheOther()).isTrue();
            return answer;
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
