package io.pecanraft.examples.kv.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What passes between two nodes, and what does not while one is cut off. */
@Timeout(60)
class LinksTest {

    private static final int SILENCE_MILLIS = 200;

    private final ServerSocket first = listen();
    private final ServerSocket second = listen();
    private final Links links = new Links(List.of(address(first), address(second)));

    @AfterEach
    void close() throws IOException {
        links.close();
        first.close();
        second.close();
    }

    @Test
    void bytesPassInBothDirectionsUntilOneEndCloses() throws IOException {
        try (Socket caller = call(0);
                Socket called = second.accept()) {
            caller.getOutputStream().write(7);
            assertThat(called.getInputStream().read()).isEqualTo(7);
            called.getOutputStream().write(8);
            assertThat(caller.getInputStream().read()).isEqualTo(8);
            called.shutdownOutput();
            assertThat(caller.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whileANodeIsCutOffItsConnectionsAreSilentAndThenGoOn() throws IOException {
        try (Socket caller = call(0);
                Socket called = second.accept()) {
            caller.getOutputStream().write(1);
            assertThat(called.getInputStream().read()).isEqualTo(1);

            assertThat(links.cut(0)).isTrue();
            assertThat(links.cut(0)).as("once is enough").isFalse();
            caller.getOutputStream().write(2);
            called.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> called.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            assertThat(links.heal(0)).isTrue();
            called.setSoTimeout(0);
            assertThat(called.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void whileANodeIsCutOffNobodyConnectsFromItOrToIt() throws IOException {
        links.cut(0);
        for (int from : new int[] {0, 1}) {
            try (Socket caller = call(from)) {
                assertThat(caller.getInputStream().read()).isEqualTo(-1);
            }
        }
        links.cut(1);
        links.heal(0);
        try (Socket caller = call(0)) {
            assertThat(caller.getInputStream().read())
                    .as("the other one is cut off now")
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatIsSentOneWayIsHeldWhileTheOtherWayIsFree() throws IOException {
        try (Socket caller = call(0);
                Socket called = second.accept()) {
            Links.Impairment mute = links.impair(Set.of(new Links.Way(0, 1)), Passage.HELD);
            caller.getOutputStream().write(1);
            called.getOutputStream().write(2);
            assertThat(caller.getInputStream().read()).isEqualTo(2);
            called.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> called.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            mute.close();
            called.setSoTimeout(0);
            assertThat(called.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void aWayIsThatOfTheBytesWhoeverHasCalled() throws IOException {
        links.impair(Set.of(new Links.Way(0, 1)), Passage.HELD);
        try (Socket caller = call(1);
                Socket called = first.accept()) {
            caller.getOutputStream().write(3);
            assertThat(called.getInputStream().read()).isEqualTo(3);
            called.getOutputStream().write(4);
            caller.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> caller.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void whatIsDelayedArrivesLaterAndWhatIsDamagedArrivesOtherwise() throws IOException {
        try (Socket caller = call(0);
                Socket called = second.accept()) {
            Links.Impairment slow = links.impair(Set.of(new Links.Way(0, 1)), Passage.delayed(SILENCE_MILLIS));
            long sent = System.nanoTime();
            caller.getOutputStream().write(5);
            assertThat(called.getInputStream().read()).isEqualTo(5);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(SILENCE_MILLIS / 2));
            slow.close();
            links.impair(Set.of(new Links.Way(0, 1)), Passage.damaged(1));
            caller.getOutputStream().write(6);
            int arrived = called.getInputStream().read();
            assertThat(Integer.bitCount(arrived ^ 6)).as("flipped bits").isOne();
        }
    }

    private Socket call(int from) throws IOException {
        int to = (from == 0 ? second : first).getLocalPort();
        return new Socket(InetAddress.getLoopbackAddress(), links.detours(from).get(to));
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static InetSocketAddress address(ServerSocket socket) {
        return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
}
