package io.pecanraft.transport.netty;

/**
 * What a transport has done since it was opened. Counters only grow, and are read one after the other, not at one instant.
 *
 * @param framesSent frames written, pings and handshakes not counted
 * @param bytesSent their bytes
 * @param framesReceived frames of messages that were delivered
 * @param bytesReceived their bytes
 * @param connectionsMade completed handshakes, as the side that connected
 * @param connectionsLost connections that ended after their handshake, as the side that connected
 * @param connectionsAccepted completed handshakes, as the side that was connected to
 * @param connectionsReplaced accepted connections closed because the same peer came again
 * @param handshakesRefused connections that this side refused in the handshake
 * @param handshakesTimedOut connections whose other side did not complete the handshake in time
 * @param connectionsOverLimit accepted connections closed because of {@link NettyTransportConfig#maxInboundConnections()}
 * @param connectionsIdle connections closed because of {@link NettyTransportConfig#idleTimeout()}
 * @param connectionsMalformed connections closed because of bytes that were no valid frame
 * @param droppedUnconnected messages dropped because their peer was not connected, or while the connection broke
 * @param droppedFull messages dropped because of {@link NettyTransportConfig#maxPendingBytesPerPeer()}
 * @param droppedTooLarge messages dropped because of {@link NettyTransportConfig#maxFrameBytes()}, here or at the peer
 * @param droppedUnknownPeer messages dropped because no peer of that name was given, or because it was the sender
 * @param skippedUnknownType messages that came in, of a kind that only a newer version knows
 * @param skippedUnknownGroup messages that came in for a group that is not registered here
 */
public record TransportStats(
        long framesSent,
        long bytesSent,
        long framesReceived,
        long bytesReceived,
        long connectionsMade,
        long connectionsLost,
        long connectionsAccepted,
        long connectionsReplaced,
        long handshakesRefused,
        long handshakesTimedOut,
        long connectionsOverLimit,
        long connectionsIdle,
        long connectionsMalformed,
        long droppedUnconnected,
        long droppedFull,
        long droppedTooLarge,
        long droppedUnknownPeer,
        long skippedUnknownType,
        long skippedUnknownGroup) {}
