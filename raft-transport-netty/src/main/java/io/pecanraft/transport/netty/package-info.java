/**
 * Raft messages over TCP.
 *
 * <p>Read {@link io.pecanraft.transport.netty.NettyTransport} first, then its settings. Inside, a message travels like this:
 *
 * <pre>
 *   Registration.send            the sender's thread: find the peer, choose the lane
 *     Outbox.offer               enqueue, wake the event loop; or drop
 *   ─────────────────────────────── event loop of that connection
 *     Outbox.drain               as much as the socket takes, one flush
 *       MessageEncoder           record → protobuf header + raw payloads
 *       FrameCodec               → length, checksum, one buffer
 *   ═══════════════════════════════ network
 *       FrameDecoder             bytes → frames, within limits
 *       Frame                    checksum
 *       MessageDecoder           header + payloads → record, every number checked
 *     InboundHandler             who it is for
 *   Registration.deliver         the receiver's inbox
 * </pre>
 *
 * <p>A connection carries messages in one direction, from the side that made it; back come only answers to pings. It begins with
 * a {@code Handshake}, by which both sides make sure whom they have reached. {@code PeerConnection} is the state machine that
 * makes connections anew; {@code InboundServer} and {@code InboundConnections} bound what comes from outside.
 *
 * <p>Three rules. <em>Nothing damaged or malformed is delivered:</em> the connection it came on is closed. <em>Nothing waits
 * without bound:</em> what does not fit is dropped, counted and reported. <em>Protobuf stays in here:</em> its types are in
 * {@code io.pecanraft.transport.netty.wire}, are no API, and occur in no signature that others see.
 *
 * <p>Each connection belongs to one event loop, and its state is touched by no other thread. What is shared between loops is said
 * to be, class by class.
 */
@NullMarked
package io.pecanraft.transport.netty;

import org.jspecify.annotations.NullMarked;
