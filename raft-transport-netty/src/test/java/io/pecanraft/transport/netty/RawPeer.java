package io.pecanraft.transport.netty;

import com.google.protobuf.Parser;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** One end of a connection in the hands of a test, which may say anything, or nothing. */
final class RawPeer implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Inbox.PATIENCE_SECONDS));
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawPeer callTo(Server server) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    }

    static RawPeer acceptedBy(ServerSocket listening) throws IOException {
        listening.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Inbox.PATIENCE_SECONDS));
        return new RawPeer(listening.accept());
    }

    /** Over a socket that somebody else has made. */
    static RawPeer over(Socket socket) throws IOException {
        return new RawPeer(socket);
    }

    /** A listening socket with small buffers, so that it is clogged soon. */
    static ServerSocket listen() throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReceiveBufferSize(16 * 1024);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return listening;
    }

    /** A Hello that the server will accept. */
    static Wire.Hello helloTo(Server server, String from, Lane lane) {
        Route route = new Route(Frames.CLUSTER, NodeId.of(from), server.node(), server.address());
        return Handshake.hello(route, lane, List.of(Frames.identity(from, 0)), 1024 * 1024);
    }

    /** Calls a server and completes the handshake. */
    static RawPeer introducedTo(Server server, String from, Lane lane) throws Exception {
        RawPeer peer = callTo(server);
        peer.send(Frames.first(helloTo(server, from, lane)));
        if (peer.readFirst(Wire.HelloAnswer.parser()).getRefusal() != Wire.Refusal.ACCEPTED) {
            throw new AssertionError("refused");
        }
        return peer;
    }

    /** Reads the Hello of who called, and accepts. */
    Wire.Hello acceptHello() throws Exception {
        Wire.Hello hello = readFirst(Wire.Hello.parser());
        send(Frames.first(Wire.HelloAnswer.newBuilder()
                .setVersion(1)
                .setMaxFrameBytes(8 * 1024 * 1024)
                .build()));
        return hello;
    }

    void refuse(Wire.Refusal refusal) throws Exception {
        refuse(refusal, "because a test says so");
    }

    void refuse(Wire.Refusal refusal, String detail) throws Exception {
        readFirst(Wire.Hello.parser());
        send(Frames.first(Wire.HelloAnswer.newBuilder()
                .setRefusal(refusal)
                .setDetail(detail)
                .build()));
    }

    RawPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawPeer send(StorageIdentity from, RaftMessage message) throws IOException {
        return send(Frames.encode(from, message));
    }

    RawPeer ping() throws IOException {
        return send(Frames.encode(
                Wire.Header.newBuilder().setPing(Wire.Ping.getDefaultInstance()).build(), List.of()));
    }

    <T> T readFirst(Parser<T> parser) throws Exception {
        if (in.readInt() != FrameCodec.MAGIC) {
            throw new AssertionError("no magic number");
        }
        return readFrame().header(parser);
    }

    Frame readFrame() throws Exception {
        byte[] body = new byte[in.readInt()];
        in.readFully(body);
        return Frame.verified(body);
    }

    /** The next message, whatever pings come before it. */
    RaftMessage readMessage() throws Exception {
        while (true) {
            Frame frame = readFrame();
            Wire.Header header = frame.header(Wire.Header.parser());
            if (!header.hasPing()) {
                return MessageDecoder.decode(header, frame);
            }
        }
    }

    /** Reads until the other side closes, and says what it has said until then. */
    byte[] readUntilClosed() throws IOException {
        try {
            return in.readAllBytes();
        } catch (SocketException reset) {
            return new byte[0]; // closed while something of ours was unread
        }
    }

    /** All that comes before the other side closes, or TLS breaks. */
    byte[] readUntilClosedOrBroken() throws IOException {
        try {
            return readUntilClosed();
        } catch (SSLException e) {
            return new byte[0];
        }
    }

    /** Whether the other side has closed; waits for it. */
    boolean isClosedByTheOther() {
        try {
            readUntilClosed();
            return true;
        } catch (EOFException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("still open", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
