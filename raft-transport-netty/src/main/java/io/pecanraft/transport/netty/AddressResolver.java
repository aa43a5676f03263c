package io.pecanraft.transport.netty;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds the address behind a name, anew at every attempt to connect, since a container that is started again may have another
 * one. How long the JVM itself remembers is its {@code networkaddress.cache.ttl}.
 *
 * <p>The JDK's lookup blocks, for seconds when a name server is away. So it runs on threads of its own, never on an event loop,
 * where it would stop the heartbeats to all peers. These threads exist only while there is something to look up. The queue needs
 * no bound: each lane of each peer waits for at most one answer.
 */
final class AddressResolver {

    static final String THREAD_NAME = "pecanraft-resolver";

    /** One name that takes long must not delay the others much. */
    private static final int MAX_THREADS = 4;

    private static final int KEEP_ALIVE_SECONDS = 5;

    private final ThreadPoolExecutor lookups = new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(THREAD_NAME, true));

    AddressResolver() {
        lookups.allowCoreThreadTimeOut(true);
    }

    /**
     * The address to try next.
     *
     * @param attempt where a name has several addresses, they take turns
     * @return fails with {@link UnknownHostException} or {@link IllegalArgumentException}
     */
    CompletableFuture<InetSocketAddress> resolve(String address, int attempt) {
        HostPort target;
        try {
            target = HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(target.host());
        CompletableFuture<InetSocketAddress> result = new CompletableFuture<>();
        if (literal != null) {
            try {
                result.complete(new InetSocketAddress(InetAddress.getByAddress(literal), target.port()));
            } catch (UnknownHostException e) {
                result.completeExceptionally(e);
            }
            return result;
        }
        try {
            lookups.execute(() -> lookUp(target, attempt, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e); // closed
        }
        return result;
    }

    private static void lookUp(HostPort target, int attempt, CompletableFuture<InetSocketAddress> result) {
        try {
            InetAddress[] found = InetAddress.getAllByName(target.host());
            result.complete(new InetSocketAddress(found[Math.floorMod(attempt, found.length)], target.port()));
        } catch (UnknownHostException | SecurityException e) {
            result.completeExceptionally(e);
        }
    }

    /** Lookups that are under way cannot be stopped; their threads end with them. */
    void close() {
        lookups.shutdownNow();
    }
}
