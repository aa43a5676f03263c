package io.pecanraft.examples.kv.http;

import com.sun.net.httpserver.HttpServer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's HTTP server within limits: {@value #THREADS} requests at a time, {@value #WAITING} more wait and further ones hold up the
 * thread that accepts them; {@value #MAX_CONNECTIONS} connections; a request must have arrived, and an answer left, within {@value
 * #EXCHANGE_SECONDS} s.
 */
public final class BoundedHttp {

    static final int THREADS = 4;
    private static final int WAITING = 64;
    private static final int MAX_CONNECTIONS = 128;
    private static final int EXCHANGE_SECONDS = 5;
    private static final int BACKLOG = 64;

    private BoundedHttp() {}

    /**
     * A server that is not started yet, and has no threads.
     *
     * @throws IOException when the address cannot be listened on
     */
    public static HttpServer listen(InetSocketAddress address) throws IOException {
        // Read once by the JDK's server, when the first one is made.
        limit("sun.net.httpserver.maxReqTime", EXCHANGE_SECONDS);
        limit("sun.net.httpserver.maxRspTime", EXCHANGE_SECONDS);
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        return HttpServer.create(address, BACKLOG);
    }

    /** Its threads; whoever closes the server shuts them down. */
    public static ExecutorService threads(String name) {
        return new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                new DefaultThreadFactory(name, true),
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
