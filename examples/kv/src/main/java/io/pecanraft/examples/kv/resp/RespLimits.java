package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Limits;
import java.time.Duration;

/**
 * Limits of the RESP server. Those that are settings have their defaults here.
 *
 * @param maxConnections connections at a time; further ones are told {@code -ERR max number of clients reached} and closed
 * @param maxInFlightRequests requests in flight on the whole server; beyond it no connection that sends is read until
 *     some are answered
 * @param maxInFlightBytes bytes of requests in flight on the whole server; as above
 * @param maxBatchBytes bytes of the requests that go into one Raft command, but for one that is longer by itself; the rest of a pipeline waits for the next one
 * @param idleTimeout a connection on which nothing has come for so long is closed; zero for never
 */
public record RespLimits(
        int maxConnections, int maxInFlightRequests, long maxInFlightBytes, int maxBatchBytes, Duration idleTimeout) {

    /** 4,096 connections, 131,072 requests and 256 MiB in flight, 512 KiB in one Raft command. */
    public static final RespLimits DEFAULTS = new RespLimits(4_096, 131_072, 256L << 20, 512 << 10, Duration.ZERO);

    /** A client may be wrong about the password so often; then it is closed. */
    public static final int MAX_FAILED_PASSWORDS = 3;

    /** The most arguments of a request before the password was given. More are a protocol error, as with Redis. */
    static final int MAX_STRANGER_ARGUMENTS = 10;

    /** The longest argument before the password was given, in bytes. A longer one is a protocol error, as with Redis. */
    static final int MAX_STRANGER_ARGUMENT_BYTES = 16 * 1024;

    /** The longest line outside of bulk strings, in bytes. Longer ones are a protocol error. */
    static final int MAX_LINE_BYTES = 64 * 1024;

    /** The most arguments of a request. More are a protocol error, as with Redis. */
    static final int MAX_ARGUMENTS = 1024 * 1024;

    /** The longest argument, in bytes: a value. A longer one is skipped as it arrives, and the request refused. */
    static final int MAX_ARGUMENT_BYTES = Limits.MAX_VALUE_BYTES;

    /**
     * The largest request, in bytes, arguments with their overhead. Of a larger one the rest is skipped as it arrives, and
     * the request refused. Fits into a Raft command of 4 MiB.
     */
    static final int MAX_REQUEST_BYTES = 3 * 1024 * 1024;

    /** The most requests in flight on one connection. Beyond it the connection is not read. */
    static final int MAX_CONNECTION_REQUESTS = 4_096;

    /** The most bytes of requests in flight on one connection, give or take one request. Beyond it it is not read. */
    static final int MAX_CONNECTION_BYTES = 4 * 1024 * 1024;

    /** The most operations in one Raft command. The rest of a pipeline waits for the next one. */
    static final int MAX_BATCH_OPERATIONS = 1_024;

    /** While more bytes of replies than this wait for the client to read, the connection is not read. */
    static final int REPLY_HIGH_WATER_BYTES = 1024 * 1024;

    /** When only this many bytes of replies wait, the connection is read again. */
    static final int REPLY_LOW_WATER_BYTES = 256 * 1024;

    /** Checks the ranges. */
    public RespLimits {
        if (idleTimeout.isNegative()) {
            throw new IllegalArgumentException("the idle timeout must not be negative, got " + idleTimeout);
        }
        if (maxConnections < 1 || maxInFlightRequests < 1 || maxInFlightBytes < 1) {
            throw new IllegalArgumentException("limits must be positive, got " + maxConnections + " connections, "
                    + maxInFlightRequests + " requests and " + maxInFlightBytes + " bytes");
        }
    }

    /** The same where a Raft command has at most so many bytes. */
    public RespLimits forCommandsUpTo(int bytes) {
        return new RespLimits(
                maxConnections, maxInFlightRequests, maxInFlightBytes, Math.min(maxBatchBytes, bytes), idleTimeout);
    }
}
