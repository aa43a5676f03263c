import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * What connections that never get beyond half a handshake cost those who write: measures the latency of SET on a node of the key-value
 * example, in turn without them and while so many are held open to a Raft port, and made again when the server closes them.
 *
 * <pre>java benchmarks/HalfOpen.java RAFT-HOST:PORT RESP-HOST:PORT [CONNECTIONS [ROUNDS [SECONDS [tls]]]]</pre>
 *
 * <p>With {@code tls} half of the callers send a whole ClientHello, which the server answers with a signature, and no more.
 */
final class HalfOpen {

    /** Magic number and announced length of a first frame that never comes; see docs/transport.md. */
    private static final byte[] HALF = {0x50, 0x45, 0x43, 0x4e, 0, 0, 1, 0};

    /** A caller that was turned away calls again after so long, as the default of the handshake's time is. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final InetSocketAddress raft;
    private final int connections;
    private final byte[] half;
    private final AtomicLong made = new AtomicLong();
    private volatile boolean over;

    private HalfOpen(InetSocketAddress raft, int connections, byte[] half) {
        this.raft = raft;
        this.connections = connections;
        this.half = half;
    }

    public static void main(String[] args) throws Exception {
        InetSocketAddress raft = address(args[0]);
        InetSocketAddress resp = address(args[1]);
        int connections = args.length > 2 ? Integer.parseInt(args[2]) : 2_000;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        int seconds = args.length > 4 ? Integer.parseInt(args[4]) : 10;
        byte[] half = args.length > 5 && args[5].equals("tls") ? clientHello() : HALF;
        measure(resp, seconds); // the JVMs become warm
        for (int round = 1; round <= rounds; round++) {
            System.out.println("round " + round + ", without: " + measure(resp, seconds));
            HalfOpen callers = new HalfOpen(raft, connections, half);
            Thread thread = new Thread(callers::call, "half-open");
            thread.start();
            while (callers.made.get() < connections && thread.isAlive()) {
                Thread.onSpinWait();
            }
            System.out.println("round " + round + ", with " + connections + " half-open: " + measure(resp, seconds));
            callers.over = true;
            thread.join();
            System.out.println("         connections made in all: " + callers.made.get());
        }
    }

    /** The same for all callers: the server cannot know. */
    private static byte[] clientHello() throws GeneralSecurityException, IOException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** SETs one after the other on one connection. */
    private static String measure(InetSocketAddress resp, int seconds) throws IOException {
        long[] nanos = new long[1 << 20];
        int count = 0;
        try (Socket socket = new Socket(resp.getAddress(), resp.getPort())) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            for (long start = System.nanoTime(); start < end && count < nanos.length; start = System.nanoTime()) {
                out.write(("SET key" + count % 10_000 + " value\r\n").getBytes(StandardCharsets.US_ASCII));
                String answer = line(in);
                if (!answer.equals("+OK")) {
                    throw new IOException("SET was answered " + answer);
                }
                nanos[count++] = System.nanoTime() - start;
            }
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return String.format(
                "%,d SETs, p50 %.2f ms, p99 %.2f ms, longest %.1f ms",
                count, sorted[count / 2] / 1e6, sorted[(int) (count * 0.99)] / 1e6, sorted[count - 1] / 1e6);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server has closed the connection");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** A connection, and when it was made. */
    private record Caller(SocketChannel channel, long since) {}

    /** Makes all, and makes each again after its time, whether the server has closed it meanwhile or not. */
    private void call() {
        Deque<Caller> callers = new ArrayDeque<>();
        try {
            while (!over) {
                boolean due = callers.size() == connections
                        && System.nanoTime() - callers.peekFirst().since() > AGAIN_NANOS;
                if (due) {
                    callers.removeFirst().channel().close();
                }
                if (callers.size() < connections) {
                    SocketChannel channel = SocketChannel.open(raft);
                    if (made.get() % 2 == 0) {
                        channel.write(ByteBuffer.wrap(half));
                    }
                    callers.add(new Caller(channel, System.nanoTime()));
                    made.incrementAndGet();
                } else {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            for (Caller caller : callers) {
                caller.channel().close();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot hold " + connections + " connections; see ulimit -n", e);
        }
    }
}
