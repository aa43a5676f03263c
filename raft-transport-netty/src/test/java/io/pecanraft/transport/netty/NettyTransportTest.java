package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import io.pecanraft.spi.Transport.Loss;
import io.pecanraft.transport.netty.NettyTransportConfig.SocketImplementation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two and more transports on the loopback interface. */
@Timeout(120)
class NettyTransportTest {

    @ParameterizedTest
    @EnumSource
    void everyKindOfMessageArrivesAsItWasSent(SocketImplementation sockets) throws Exception {
        try (Server n1 = new Server("n1", settings -> settings.socketImplementation(sockets));
                Server n2 = new Server("n2", settings -> settings.socketImplementation(sockets))) {
            n1.knows(n2);
            n2.knows(n1);
            n1.awaitConnections(2);
            n2.awaitConnections(2);
            for (Class<?> kind : RandomMessages.kindsInTheModel()) {
                n1.reaches(n2, new RandomMessages(5).next(kind));
                n2.reaches(n1, new RandomMessages(6).next(kind));
            }
            int kinds = RandomMessages.kindsInTheModel().size();
            assertThat(n1.transport.stats().framesSent()).isEqualTo(kinds);
            assertThat(n1.transport.stats().framesReceived()).isEqualTo(kinds);
            assertThat(n1.transport.stats().bytesSent())
                    .isEqualTo(n2.transport.stats().bytesReceived());
        }
    }

    @Test
    void aListOfMembersIsForTheLoopbackInterfaceAndSaysWhatIsForTheOthers() {
        NodeId n1 = NodeId.of("n1");
        assertThatThrownBy(() -> NettyTransport.open(List.of(new MemberAddress(n1, "192.0.2.1:8001")), n1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("tls(...)")
                .hasMessageContaining("NettyTransport.open(config)");
        assertThatThrownBy(() -> NettyTransport.open(List.of(), n1)).hasMessage("n1 is none of []");
    }

    @Test
    void aDetourIsTakenInsteadOfTheAddressThatTheMembersKnow() throws Exception {
        String nowhere = "192.0.2.1:1"; // of no machine (RFC 5737)
        try (Server n2 = new Server("n2");
                Server n1 = new Server("n1", settings -> settings.detour(nowhere, n2.address()))) {
            n1.out.updatePeers(Map.of(n2.node(), nowhere));
            n1.awaitConnections(2);
            n1.reaches(n2, new Heartbeat(1, 2, 3));
        }
    }

    @Test
    void messagesOfALaneArriveInTheOrderInWhichTheyWereSent() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.knows(n2);
            n1.awaitConnections(2);
            for (int round = 0; round < 20_000; round++) {
                n1.out.send(n2.node(), new Heartbeat(1, 2, round));
            }
            for (int round = 0; round < 20_000; round++) {
                assertThat(n2.inbox.next().message()).isEqualTo(new Heartbeat(1, 2, round));
            }
        }
    }

    @Test
    void aMessageOfManyMegabytesArrives() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.knows(n2);
            n1.awaitConnections(2);
            n1.reaches(
                    n2,
                    new ForwardProposal(
                            1,
                            new Incarnation(7, 8),
                            2,
                            3,
                            4,
                            EntryType.COMMAND,
                            ByteBuffer.allocate(7 * 1024 * 1024)));
        }
    }

    @Test
    void aMessageLongerThanAFrameIsDroppedAndReportedAndTheConnectionGoesOn() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2", settings -> settings.maxFrameBytes(100_000))) {
            n1.knows(n2);
            n1.awaitConnections(2);
            n1.inbox.clear();

            n1.out.send(
                    n2.node(),
                    new ForwardProposal(
                            1, new Incarnation(7, 8), 2, 3, 4, EntryType.COMMAND, ByteBuffer.allocate(100_000)));

            assertThat(n1.inbox.nextUnreachable()).isEqualTo(n2.node());
            assertThat(n1.transport.stats().droppedTooLarge()).isEqualTo(1);
            n1.reaches(
                    n2,
                    new ForwardProposal(
                            1, new Incarnation(7, 8), 2, 3, 4, EntryType.COMMAND, ByteBuffer.allocate(99_000)));
            assertThat(n1.transport.stats().connectionsLost()).isZero();
        }
    }

    @Test
    void aPeerThatComesBackIsConnectedAgain() throws Exception {
        try (Server n1 = new Server("n1")) {
            int port;
            try (Server n2 = new Server("n2")) {
                port = n2.port();
                n1.knows(n2);
                n1.awaitConnections(2);
                n1.reaches(n2, new Heartbeat(1, 2, 3));
                n1.inbox.clear();
            }
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(NodeId.of("n2"));
            try (Server n2 = new Server("n2", settings -> settings.listen("127.0.0.1", port))) {
                n1.awaitConnections(4);
                n1.reaches(n2, new Heartbeat(4, 5, 6));
                assertThat(n1.transport.stats().connectionsLost()).isEqualTo(2);
            }
        }
    }

    @Test
    void aPeerThatCallsIsCalledBackAtOnce() throws Exception {
        try (Server n1 = new Server(
                "n1", settings -> settings.reconnectMin(Duration.ofHours(1)).reconnectMax(Duration.ofHours(1)))) {
            int port;
            try (Server gone = new Server("n2")) {
                port = gone.port();
            }
            n1.out.updatePeers(Map.of(NodeId.of("n2"), "127.0.0.1:" + port));
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(NodeId.of("n2"));
            assertThat(n1.inbox.nextUnreachable()).isEqualTo(NodeId.of("n2"));
            try (Server n2 = new Server("n2", settings -> settings.listen("127.0.0.1", port))) {
                n2.knows(n1);
                n1.awaitConnections(2);
            }
        }
    }

    @Test
    void whatIsSentToAPeerThatIsNotConnectedIsDroppedCountedAndReported() throws Exception {
        try (Server n1 = new Server("n1")) {
            n1.out.updatePeers(Map.of(NodeId.of("n2"), "127.0.0.1:1"));
            n1.inbox.nextUnreachable();
            n1.inbox.nextUnreachable();
            n1.inbox.clear();

            n1.out.send(NodeId.of("n2"), new Heartbeat(1, 2, 3));

            assertThat(n1.inbox.nextUnreachable()).isEqualTo(NodeId.of("n2"));
            assertThat(n1.transport.stats().droppedUnconnected()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsSentToAnUnknownPeerOrToOneself() {
        try (Server n1 = new Server("n1")) {
            n1.out.updatePeers(Map.of(n1.node(), n1.address()));

            n1.out.send(n1.node(), new Heartbeat(1, 2, 3));
            n1.out.send(NodeId.of("n9"), new Heartbeat(1, 2, 3));

            assertThat(n1.transport.stats().droppedUnknownPeer()).isEqualTo(2);
            assertThat(n1.inbox.isEmpty()).isTrue();
        }
    }

    @Test
    void groupsShareConnectionsAndDoNotHearEachOther() throws Exception {
        StorageIdentity first = Frames.identity("n1", 10);
        StorageIdentity second = Frames.identity("n1", 20);
        Watched watched = new Watched(Server.quick().build());
        try (NettyTransport n1 = watched.transport;
                NettyTransport n2 = NettyTransport.open(Server.quick().build())) {
            Inbox tenth = new Inbox();
            Inbox twentieth = new Inbox();
            n2.register(Frames.identity("n2", 10), tenth);
            n2.register(Frames.identity("n2", 20), twentieth);
            Transport.Outbound ten = n1.register(first, new Inbox());
            Transport.Outbound twenty = n1.register(second, new Inbox());
            Map<NodeId, String> peers =
                    Map.of(NodeId.of("n2"), "127.0.0.1:" + n2.boundAddress().getPort());
            ten.updatePeers(peers);
            twenty.updatePeers(peers);
            watched.await(stats -> stats.connectionsMade() == 2);

            ten.send(NodeId.of("n2"), new Heartbeat(1, 1, 10));
            twenty.send(NodeId.of("n2"), new Heartbeat(1, 1, 20));

            assertThat(tenth.next()).isEqualTo(new Inbox.Delivery(first.memberId(), new Heartbeat(1, 1, 10)));
            assertThat(twentieth.next()).isEqualTo(new Inbox.Delivery(second.memberId(), new Heartbeat(1, 1, 20)));

            ten.close(); // the other group's connections stay
            twenty.send(NodeId.of("n2"), new Heartbeat(1, 1, 21));
            assertThat(twentieth.next().message()).isEqualTo(new Heartbeat(1, 1, 21));
            assertThat(n1.stats().connectionsMade()).isEqualTo(2);
            assertThat(tenth.isEmpty()).isTrue();
        }
    }

    @Test
    void aMessageForAGroupThatIsNotThereIsSkippedAndCounted() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.knows(n2);
            n1.awaitConnections(2);
            Transport.Outbound other = n1.transport.register(Frames.identity("n1", 5), new Inbox());
            other.updatePeers(Map.of(n2.node(), n2.address()));

            other.send(n2.node(), new Heartbeat(1, 2, 3));

            n2.await(stats -> stats.skippedUnknownGroup() == 1);
            assertThat(n2.inbox.isEmpty()).isTrue();
        }
    }

    @Test
    void aGroupIsRegisteredOnce() {
        try (Server n1 = new Server("n1")) {
            assertThatThrownBy(() -> n1.transport.register(n1.identity, new Inbox()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already serves n1 of group 0");
            n1.out.close();
            n1.transport.register(n1.identity, new Inbox()).close();
        }
    }

    @Test
    void aClosedNodeHearsNothingAndItsCallersNotice() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.knows(n2);
            n1.awaitConnections(2);
            n1.inbox.clear();

            n2.out.close();
            n2.out.close();

            assertThat(n1.inbox.nextUnreachable()).isEqualTo(n2.node());
            n2.await(stats -> stats.handshakesRefused() > 0);
            Inbox again = new Inbox();
            n2.transport.register(n2.identity, again);
            n1.awaitConnections(4);
            n1.out.send(n2.node(), new Heartbeat(1, 2, 3));
            assertThat(again.next().message()).isEqualTo(new Heartbeat(1, 2, 3));
            assertThat(n2.inbox.isEmpty()).isTrue();
        }
    }

    @Test
    void aPeerThatIsNoLongerNamedIsDisconnectedAndAnAddressThatChangesIsFollowed() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2");
                Server elsewhere = new Server("n2")) {
            n1.knows(n2);
            n1.awaitConnections(2);
            n1.out.updatePeers(Map.of(n2.node(), elsewhere.address()));
            n1.awaitConnections(4);
            n1.reaches(elsewhere, new Heartbeat(1, 2, 3));

            n1.out.updatePeers(Map.of());
            n1.out.send(n2.node(), new Heartbeat(1, 2, 3));

            assertThat(n1.transport.stats().droppedUnknownPeer()).isEqualTo(1);
            assertThat(n1.inbox.dropped)
                    .containsExactly(new Inbox.Dropped(n2.node(), new Heartbeat(1, 2, 3), Loss.UNKNOWN_PEER));
            assertThat(n1.transport.stats().connectionsLost()).isZero(); // closed on purpose
        }
    }

    @Test
    void anAddressThatIsNoneMakesThePeerUnreachableAndNothingElse() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.out.updatePeers(Map.of(NodeId.of("n3"), "no port", n2.node(), n2.address()));

            assertThat(n1.inbox.nextUnreachable()).isEqualTo(NodeId.of("n3"));
            n1.awaitConnections(2);
            n1.reaches(n2, new Heartbeat(1, 2, 3));
        }
    }

    @Test
    void aNameIsLookedUp() throws Exception {
        try (Server n1 = new Server("n1");
                Server n2 = new Server("n2")) {
            n1.out.updatePeers(Map.of(n2.node(), "localhost:" + n2.port()));
            n1.awaitConnections(2);
            n1.reaches(n2, new Heartbeat(1, 2, 3));
        }
    }

    @Test
    void aReceiverThatThrowsDoesNotHarmTheConnection() throws Exception {
        try (Server n1 = new Server("n1");
                NettyTransport n2 = NettyTransport.open(Server.quick().build())) {
            Inbox inbox = new Inbox();
            n2.register(Frames.identity("n2", 0), new Transport.Inbound() {
                @Override
                public void onMessage(MemberId from, RaftMessage message) {
                    inbox.onMessage(from, message);
                    throw new IllegalStateException("thrown on purpose by a test");
                }

                @Override
                public void onUnreachable(NodeId peer) {}
            });
            n1.out.updatePeers(
                    Map.of(NodeId.of("n2"), "127.0.0.1:" + n2.boundAddress().getPort()));
            n1.awaitConnections(2);
            n1.out.send(NodeId.of("n2"), new Heartbeat(1, 2, 3));
            n1.out.send(NodeId.of("n2"), new Heartbeat(1, 2, 4));
            inbox.next();
            assertThat(inbox.next().message()).isEqualTo(new Heartbeat(1, 2, 4));
        }
    }

    @Test
    void aPortThatIsInUseIsNamedTogetherWithWhatToDo() {
        try (Server n1 = new Server("n1")) {
            assertThatThrownBy(() -> new Server("n2", settings -> settings.listen("127.0.0.1", n1.port())))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("127.0.0.1:" + n1.port())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void aHostThatIsNotOfThisMachineIsNamed() {
        assertThatThrownBy(() -> new Server(
                        "n1", settings -> settings.listen("192.0.2.1", 0).insecure()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("192.0.2.1:0");
        assertThatThrownBy(() -> new Server(
                        "n1",
                        settings -> settings.listen("no-such-host.invalid", 0).insecure()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void closingLeavesNoThreadBehindAndMayBeRepeated() throws Exception {
        Server n1 = new Server("n1");
        Server n2 = new Server("n2");
        n1.knows(n2);
        n1.awaitConnections(2);

        n1.close();
        n1.close();
        n2.close();

        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith(EventLoops.THREAD_NAME)))
                .isEmpty();
        assertThatThrownBy(() -> n1.transport.register(n1.identity, new Inbox()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        n1.out.send(n2.node(), new Heartbeat(1, 2, 3)); // dropped, not thrown
        n1.out.updatePeers(Map.of());
        n1.out.close();
    }
}
