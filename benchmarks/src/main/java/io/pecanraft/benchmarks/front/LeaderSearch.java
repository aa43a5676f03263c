package io.pecanraft.benchmarks.front;

import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Finds the leader by asking each front to put something. */
public final class LeaderSearch {

    private static final int ANSWER_MILLIS = 2_000;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private LeaderSearch() {}

    /**
     * The port of the front that can put.
     *
     * @throws IOException when there is none within so long
     */
    static int find(int basePort, int servers, Duration patience) throws IOException, InterruptedException {
        return ServerPlace.clientPort(basePort, findServer(basePort, servers, PAUSE, patience));
    }

    /**
     * Which server's front can put, from 0.
     *
     * @param pause after all have been asked in vain
     * @throws IOException when there is none within so long
     */
    public static int findServer(int basePort, int servers, Duration pause, Duration patience)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        String lastAnswer = "no server listens";
        while (System.nanoTime() - start < patience.toNanos()) {
            for (int server = 0; server < servers; server++) {
                try {
                    if (tryPut(ServerPlace.clientPort(basePort, server)) == Frame.DONE) {
                        return server;
                    }
                    lastAnswer = "server " + server + " does not lead, or refuses";
                } catch (IOException e) {
                    lastAnswer = "server " + server + ": " + e.getMessage();
                }
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
        throw new IOException("no leader within " + patience.toSeconds() + " s; last answer: " + lastAnswer);
    }

    private static byte tryPut(int port) throws IOException {
        byte[] command = Put.encode(0, new byte[1]).array();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(Integer.BYTES + Byte.BYTES + command.length);
            out.writeInt(0);
            out.writeByte(Operation.WRITE.ordinal());
            out.write(command);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readInt();
            return in.readByte();
        }
    }
}
