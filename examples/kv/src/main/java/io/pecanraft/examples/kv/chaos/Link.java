package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The way from one node to another: what connects here is connected with that node, and bytes go through in both directions, each by its
 * own {@link Passage}. While it is cut nothing goes through: connections that stand are silent, as over a network that has failed, and go
 * on after it has healed unless their ends have given up; new ones are closed. At most {@value #MAX_CONNECTIONS} connections; further
 * ones are closed.
 */
final class Link implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 32;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 16;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final InetSocketAddress target;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private boolean cut; // guarded by change
    private Passage forth = Passage.FREE; // guarded by change
    private Passage back = Passage.FREE; // guarded by change
    private boolean closed; // guarded by change

    /** Listens on a port of the loopback interface that the system chooses. */
    Link(InetSocketAddress target) {
        this.target = target;
        try {
            this.listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the way to " + target, e);
        }
        daemon("accept", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void cut(boolean nothingPasses) {
        synchronized (change) {
            cut = nothingPasses;
            change.notifyAll();
        }
    }

    /** What becomes of bytes from the caller, and of those to it. */
    void pass(Passage fromCaller, Passage toCaller) {
        synchronized (change) {
            forth = fromCaller;
            back = toCaller;
            change.notifyAll();
        }
    }

    private boolean isCut() {
        synchronized (change) {
            return cut;
        }
    }

    /** Waits until what has just been read may go on, and does to it what is done here. False when it never will. */
    private boolean awaitPassage(boolean fromCaller, byte[] bytes, int length) throws InterruptedException {
        long readAt = System.nanoTime();
        synchronized (change) {
            for (long waits = waits(fromCaller, readAt); waits >= 0 && !closed; waits = waits(fromCaller, readAt)) {
                change.wait(waits);
            }
            int oneIn = passage(fromCaller).damagedOneIn();
            ThreadLocalRandom random = ThreadLocalRandom.current();
            if (oneIn > 0 && length > 0 && random.nextInt(oneIn) == 0) {
                bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            return !closed;
        }
    }

    private Passage passage(boolean fromCaller) {
        return fromCaller ? forth : back;
    }

    /** For how many milliseconds to wait, 0 for any change; negative for not at all. */
    private long waits(boolean fromCaller, long readAt) {
        Passage passage = passage(fromCaller);
        if (cut || passage.held()) {
            return 0;
        }
        long left = passage.delayMillis() - (System.nanoTime() - readAt) / NANOS_PER_MILLI;
        return left > 0 ? left : -1;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                // Closed, or one connection failed: its end notices.
            }
        }
    }

    private void connect(Socket caller) throws IOException {
        Socket called = new Socket();
        if (isCut() || open.size() >= 2 * MAX_CONNECTIONS) {
            caller.close();
            return;
        }
        open.add(caller);
        open.add(called);
        try {
            called.connect(target, CONNECT_MILLIS);
            caller.setTcpNoDelay(true);
            called.setTcpNoDelay(true);
        } catch (IOException e) {
            close(caller, called);
            return;
        }
        daemon("to", () -> pass(caller, called, true));
        daemon("from", () -> pass(called, caller, false));
    }

    private void pass(Socket from, Socket to, boolean fromCaller) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            int length = in.read(buffer);
            while (awaitPassage(fromCaller, buffer, length) && length >= 0) {
                out.write(buffer, 0, length);
                length = in.read(buffer);
            }
        } catch (IOException e) {
            // One end is gone, so the other is closed as well.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from, to);
        }
    }

    private void close(Socket... sockets) {
        for (Socket socket : sockets) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more in any case.
            }
        }
    }

    private void daemon(String what, Runnable task) {
        Thread thread = new Thread(task, "kv-link-" + what + "-" + target.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            change.notifyAll();
        }
        try {
            listening.close();
        } catch (IOException e) {
            // Nothing is accepted any more in any case.
        }
        close(open.toArray(Socket[]::new));
    }
}
