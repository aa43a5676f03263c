package io.pecanraft.benchmarks.front;

import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One request to a front, on a connection of its own. */
public final class FrontCall {

    private static final Duration USUAL = Duration.ofSeconds(2);
    private static final Duration SNAPSHOT = Duration.ofMinutes(5);
    private static final byte[] NOTHING = {};

    private FrontCall() {}

    /** Puts something in a group. Returns whether it could; a server that does not lead cannot. */
    static boolean put(int port, int group) throws IOException {
        byte[] command = Put.encode(0, new byte[1]).array();
        return call(port, Operation.WRITE.code(), group, command, USUAL).status == Frame.DONE;
    }

    /** Has the server take a snapshot, and waits for it. */
    public static void takeSnapshot(int port) throws IOException {
        if (call(port, Frame.SNAPSHOT, 0, NOTHING, SNAPSHOT).status != Frame.DONE) {
            throw new IOException("the server at port " + port + " could not take a snapshot; its log says why");
        }
    }

    /** How the server is. */
    public static Inspection inspect(int port) throws IOException {
        return inspection(port, Frame.INSPECT);
    }

    /** The same, after it has collected its garbage, from which on the greatest heap counts. */
    public static Inspection collect(int port) throws IOException {
        return inspection(port, Frame.COLLECT);
    }

    private static Inspection inspection(int port, byte code) throws IOException {
        Answer answer = call(port, code, 0, NOTHING, SNAPSHOT);
        if (answer.status != Frame.VALUE) {
            throw new IOException("the server at port " + port + " does not say how it is");
        }
        return Inspection.of(answer.value);
    }

    private static Answer call(int port, byte code, int group, byte[] content, Duration patience) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) patience.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) USUAL.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(Frame.REQUEST_HEADER_BYTES - Integer.BYTES + content.length);
            out.writeInt(0);
            out.writeByte(code);
            out.writeShort(group);
            out.write(content);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readInt();
            byte status = in.readByte();
            return new Answer(status, ByteBuffer.wrap(status == Frame.VALUE ? in.readNBytes(in.readInt()) : NOTHING));
        }
    }

    private record Answer(byte status, ByteBuffer value) {}
}
