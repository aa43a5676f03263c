package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer may do to who calls it: refuse, lie, fall silent, stop reading. */
@Timeout(120)
class OutboundTest {

    private static final NodeId N2 = NodeId.of("n2");
    private static final int MIB = 1024 * 1024;

    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = RawPeer.listen();
    }

    @AfterEach
    void close() throws Exception {
        listening.close();
    }

    @Test
    void theHandshakeNamesBothSides() throws Exception {
        try (Server n1 = caller(settings -> settings);
                RawPeer peer = RawPeer.acceptedBy(listening)) {
            Wire.Hello hello = peer.acceptHello();

            assertThat(Handshake.cluster(hello)).isEqualTo(Frames.CLUSTER);
            assertThat(hello.getFromNode()).isEqualTo("n1");
            assertThat(hello.getToNode()).isEqualTo("n2");
            assertThat(hello.getDialled()).isEqualTo("127.0.0.1:" + listening.getLocalPort());
            assertThat(hello.getGroups(0).getIncarnationHigh())
                    .isEqualTo(n1.identity.incarnation().high());
            assertThat(hello.getMaxFrameBytes()).isEqualTo(8 * MIB);
        }
    }

    @Test
    void theCallerLeavesFromTheAddressThatItWasGiven() throws Exception {
        try (Server n1 = caller(settings -> settings.connectFrom("127.0.0.1"));
                RawPeer peer = RawPeer.acceptedBy(listening)) {
            peer.acceptHello();
            n1.awaitConnections(1);
        }
        try (Server n1 = caller(settings -> settings.connectFrom("192.0.2.1"))) { // not an address of this machine
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
        }
    }

    @Test
    void aRefusalIsReportedAndTheNextAttemptFollows() throws Exception {
        try (Server n1 = caller(settings -> settings)) {
            for (Wire.Refusal refusal : Wire.Refusal.values()) {
                if (refusal != Wire.Refusal.ACCEPTED && refusal != Wire.Refusal.UNRECOGNIZED) {
                    try (RawPeer peer = RawPeer.acceptedBy(listening)) {
                        peer.refuse(refusal);
                        assertThat(peer.isClosedByTheOther()).isTrue();
                    }
                }
            }
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
            try (Lanes lanes = acceptBoth()) {
                n1.awaitConnections(2);
                n1.out.send(N2, new Heartbeat(1, 2, 3));
                assertThat(lanes.consensus().readMessage()).isEqualTo(new Heartbeat(1, 2, 3));
            }
        }
    }

    @Test
    void whoAnswersWithSomethingElseIsLeft() throws Exception {
        try (Server n1 = caller(settings -> settings)) {
            try (RawPeer http = RawPeer.acceptedBy(listening)) {
                http.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(http.isClosedByTheOther()).isTrue();
            }
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
            try (RawPeer wrongVersion = RawPeer.acceptedBy(listening)) {
                wrongVersion.readFirst(Wire.Hello.parser());
                wrongVersion.send(Frames.first(Wire.HelloAnswer.newBuilder()
                        .setVersion(9)
                        .setMaxFrameBytes(MIB)
                        .build()));
                assertThat(wrongVersion.isClosedByTheOther()).isTrue();
            }
            assertThat(n1.transport.stats().connectionsMalformed()).isEqualTo(2);
            assertThat(n1.transport.stats().connectionsMade()).isZero();
        }
    }

    @Test
    void whoDoesNotAnswerTheHandshakeIsLeft() throws Exception {
        try (Server n1 = caller(settings -> settings.handshakeTimeout(Duration.ofMillis(50)));
                RawPeer silent = RawPeer.acceptedBy(listening)) {
            silent.readFirst(Wire.Hello.parser());

            assertThat(silent.isClosedByTheOther()).isTrue();
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
            assertThat(n1.transport.stats().handshakesTimedOut()).isPositive();
        }
    }

    /** A connection whose other end has vanished looks exactly like this. */
    @Test
    void whoDoesNotAnswerPingsIsLeftAfterTheIdleTimeoutAndCalledAgain() throws Exception {
        try (Server n1 = caller(
                        settings -> settings.pingInterval(Duration.ofMillis(50)).idleTimeout(Duration.ofMillis(200)));
                Lanes silent = acceptBoth()) {
            n1.awaitConnections(2);
            n1.inbox.clear();
            for (int round = 0; round < 100; round++) {
                n1.out.send(N2, new Heartbeat(1, 2, round)); // our own kernel takes these: no sign of life
            }

            assertThat(silent.consensus().isClosedByTheOther()).isTrue();
            assertThat(silent.bulk().isClosedByTheOther()).isTrue();
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
            assertThat(n1.transport.stats().connectionsIdle()).isPositive();
            try (Lanes again = acceptBoth()) {
                n1.awaitConnections(4);
                assertThat(again.consensus()).isNotNull();
            }
        }
    }

    /** Without that, a peer that was away for long would be called once an hour by now. */
    @Test
    void aConnectionThatProvedToWorkMakesThePausesShortAgain() throws Exception {
        try (Server n1 = caller(settings -> settings.pingInterval(Duration.ofMillis(1))
                .reconnectMin(Duration.ofMillis(1))
                .reconnectMax(Duration.ofHours(1)))) {
            for (int i = 0; i < 60; i++) {
                try (RawPeer peer = RawPeer.acceptedBy(listening)) {
                    peer.acceptHello();
                    assertThat(peer.readFrame().header(Wire.Header.parser()).hasPing())
                            .isTrue();
                    peer.send(Frames.encode(
                            Wire.Header.newBuilder()
                                    .setPong(Wire.Pong.getDefaultInstance())
                                    .build(),
                            List.of()));
                }
            }
            assertThat(n1.transport.stats().connectionsMade()).isGreaterThanOrEqualTo(59);
        }
    }

    @Test
    void heartbeatsPassWhileBulkIsClogged() throws Exception {
        // More than the buffers of any kernel on the way: with one connection for all, the heartbeat could not pass.
        try (Server n1 = caller(settings -> settings.maxPendingBytesPerPeer(32 * MIB));
                Lanes lanes = acceptBoth()) {
            n1.awaitConnections(2);
            n1.inbox.clear();
            RaftMessage chunk =
                    new ForwardProposal(1, new Incarnation(7, 8), 2, 3, 4, EntryType.COMMAND, ByteBuffer.allocate(MIB));
            int sent = 0;
            while (n1.transport.stats().droppedFull() == 0) {
                n1.out.send(N2, chunk);
                sent++;
                assertThat(sent).as("megabytes taken by a peer that reads none").isLessThan(1_000);
            }
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);

            n1.out.send(N2, new Heartbeat(1, 2, 3));

            assertThat(lanes.consensus().readMessage()).isEqualTo(new Heartbeat(1, 2, 3));
            for (int taken = 1; taken < sent; taken++) { // and what was not dropped arrives once the peer reads again
                assertThat(lanes.bulk().readMessage()).isEqualTo(chunk);
            }
            assertThat(n1.transport.stats().droppedFull()).isEqualTo(1);
        }
    }

    @Test
    void whatWaitsWhenAConnectionBreaksIsDroppedAndCounted() throws Exception {
        try (Server n1 = caller(settings -> settings.maxPendingBytesPerPeer(64 * MIB))) {
            try (Lanes lanes = acceptBoth()) {
                n1.awaitConnections(2);
                for (int i = 0; i < 40; i++) {
                    n1.out.send(
                            N2,
                            new ForwardProposal(
                                    1, new Incarnation(7, 8), 2, i, 4, EntryType.COMMAND, ByteBuffer.allocate(MIB)));
                }
                assertThat(lanes.bulk().readMessage()).isInstanceOf(ForwardProposal.class);
                n1.inbox.clear();
            }
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(N2);
            n1.await(stats -> stats.droppedUnconnected() > 0);
            assertThat(n1.transport.stats().droppedFull()).isZero();
        }
    }

    @Test
    void pongsAreTakenForWhatTheyAreAndAnythingElseIsSkipped() throws Exception {
        try (Server n1 = caller(settings -> settings.pingInterval(Duration.ofMillis(20)));
                Lanes lanes = acceptBoth()) {
            assertThat(lanes.consensus()
                            .readFrame()
                            .header(Wire.Header.parser())
                            .hasPing())
                    .isTrue();
            lanes.consensus().send(Frames.identity("n2", 0), new Heartbeat(1, 2, 3));

            n1.await(stats -> stats.skippedUnknownType() == 1);
            assertThat(n1.inbox.isEmpty()).isTrue();
        }
    }

    /** Both lanes of one peer, whichever came first. */
    private record Lanes(RawPeer consensus, RawPeer bulk) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            consensus.close();
            bulk.close();
        }
    }

    private Lanes acceptBoth() throws Exception {
        Map<Wire.Lane, RawPeer> lanes = new HashMap<>();
        while (lanes.size() < 2) {
            RawPeer peer = RawPeer.acceptedBy(listening);
            try {
                lanes.put(peer.acceptHello().getLane(), peer);
            } catch (IOException abandoned) {
                peer.close(); // an attempt that was given up before it was its turn here
            }
        }
        return new Lanes(lanes.get(Wire.Lane.CONSENSUS), lanes.get(Wire.Lane.BULK));
    }

    private Server caller(UnaryOperator<NettyTransportConfig.Builder> settings) {
        Server n1 = new Server("n1", settings);
        n1.out.updatePeers(Map.of(N2, "127.0.0.1:" + listening.getLocalPort()));
        return n1;
    }
}
