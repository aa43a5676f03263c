package io.pecanraft.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One lane to one peer: keeps a connection up, and feeds it from a queue.
 *
 * <pre>
 *             open            made, Hello sent          accepted
 *   CLOSED ────────▶ CONNECTING ──────────────▶ HANDSHAKE ──────▶ CONNECTED
 *      ▲                  ▲   │                     │                 │
 *      │ close            │   └─────── failed ──────┴─── refused, ────┘
 *      │ (from any)       │               │              broken
 *                         └─── pause ── WAITING
 * </pre>
 *
 * <p>{@link #offer} runs on the sender's thread and does no more than enqueue and wake; everything else runs on the event loop of
 * this connection, which stays the same for all its attempts.
 */
final class PeerConnection {

    private enum State {
        CLOSED,
        CONNECTING,
        HANDSHAKE,
        CONNECTED,
        WAITING
    }

    private final Peer peer;
    private final Lane lane;
    private final TransportParts parts;
    private final EventLoop loop;
    private final SendQueue queue;
    private final UnreachableReports reports;
    private final ConnectionLog log;
    private final Backoff backoff;
    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    /** Whether messages are taken at all; written by the event loop. */
    private volatile boolean connected;

    // Event loop only.
    private State state = State.CLOSED;
    private @Nullable Channel channel;
    private int maxFrameBytes;

    /** Counts attempts, so that what belongs to an earlier one is recognised when it comes late. */
    private int attempt;

    PeerConnection(Peer peer, Lane lane, TransportParts parts) {
        NettyTransportConfig config = parts.config();
        this.peer = peer;
        this.lane = lane;
        this.parts = parts;
        this.loop = parts.loops().group().next();
        this.queue = new SendQueue(config.maxPendingBytesPerPeer());
        this.reports = new UnreachableReports(loop, peer::reportUnreachable);
        this.log = new ConnectionLog(peer.route(), lane, peer::consensusWorks);
        this.backoff = new Backoff(
                config.reconnectMin().toMillis(), config.reconnectMax().toMillis());
    }

    // ------------------------------------------------------------------------------------------------ any thread

    void open() {
        onLoop(() -> {
            if (state == State.CLOSED) {
                connect();
            }
        });
    }

    void close() {
        connected = false;
        onLoop(() -> {
            state = State.CLOSED;
            attempt++;
            closeChannel();
            discardQueue();
        });
    }

    /** Ends a pause between attempts. */
    void retryNow() {
        onLoop(() -> {
            if (state == State.WAITING) {
                connect();
            }
        });
    }

    /** Whether messages are taken; true from the end of a handshake on. */
    boolean isConnected() {
        return connected;
    }

    /** Enqueues a message, or drops it when the peer is not connected or its queue is full. */
    void offer(StorageIdentity from, RaftMessage message) {
        if (!connected) {
            parts.counters().droppedUnconnected.increment();
            reports.dropped();
        } else if (queue.offer(from, message)) {
            scheduleDrain();
        } else {
            parts.counters().droppedFull.increment();
            reports.dropped();
        }
    }

    private void scheduleDrain() {
        // One task on the event loop for however many messages come before it runs: they are written
        // together and flushed once.
        if (!drainScheduled.getAndSet(true)) {
            onLoop(this::drain);
        }
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            queue.discard(); // the transport is closed, and this connection with it
        }
    }

    // ------------------------------------------------------------------------------------------------ connecting

    private void connect() {
        state = State.CONNECTING;
        int current = ++attempt;
        parts.resolver()
                .resolve(peer.route().address(), backoff.attempts())
                .whenComplete((address, failure) -> onLoop(() -> {
                    if (current != attempt) {
                        return;
                    }
                    if (failure == null) {
                        connectTo(address, current);
                    } else {
                        failed("cannot resolve: " + describe(failure));
                    }
                }));
    }

    private void connectTo(InetSocketAddress address, int current) {
        NettyTransportConfig config = parts.config();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(parts.loops().channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(config.writeBufferLowBytes(), config.writeBufferHighBytes()));
        parts.loops().setUserTimeout(bootstrap, (int) config.idleTimeout().toMillis());
        bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(new FrameDecoder(), new OutboundHandler(PeerConnection.this, current, parts));
            }
        });
        ChannelFuture made = config.connectFrom()
                .map(from -> bootstrap.connect(address, new InetSocketAddress(from, 0)))
                .orElseGet(() -> bootstrap.connect(address));
        channel = made.channel();
        parts.channels().add(made.channel());
        made.addListener(done -> {
            if (!done.isSuccess() && current == attempt) {
                failed(describe(done.cause()));
            }
        });
    }

    /** The connection stands; what to say first. */
    Wire.Hello connected(int ofAttempt) {
        if (ofAttempt == attempt) {
            state = State.HANDSHAKE;
        }
        return Handshake.hello(
                peer.route(), lane, peer.groupsToName(ofAttempt), parts.config().maxFrameBytes());
    }

    void accepted(int ofAttempt, int peerMaxFrameBytes) {
        if (ofAttempt != attempt || state != State.HANDSHAKE) {
            return;
        }
        state = State.CONNECTED;
        maxFrameBytes = Math.min(parts.config().maxFrameBytes(), peerMaxFrameBytes);
        connected = true;
        parts.counters().connectionsMade.increment();
        log.connected();
    }

    void refused(int ofAttempt, Wire.HelloAnswer answer) {
        if (ofAttempt == attempt) {
            log.refused(answer);
            pause();
        }
    }

    /**
     * A ping was answered: this connection works. Only now the pauses become short again. After the handshake alone they would
     * not, or a peer that accepts and then fails, every time, would be called twenty times a second.
     */
    void proven(int ofAttempt) {
        if (ofAttempt == attempt) {
            backoff.reset();
        }
    }

    /** The channel of an attempt is gone, or of no use any more. */
    void ended(int ofAttempt, String reason) {
        if (ofAttempt == attempt) {
            failed(reason);
        }
    }

    private void failed(String reason) {
        if (state == State.CONNECTED) {
            parts.counters().connectionsLost.increment();
            log.lost(reason);
        } else {
            log.unreachable(reason);
        }
        pause();
    }

    private void pause() {
        boolean changed = state == State.CONNECTED || attempt == 1;
        connected = false;
        state = State.WAITING;
        int current = ++attempt; // whatever still comes from the channel comes late
        closeChannel();
        discardQueue();
        if (changed) {
            reports.broken();
        }
        loop.schedule(
                () -> {
                    if (current == attempt) {
                        connect();
                    }
                },
                backoff.nextMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void closeChannel() {
        Channel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private void discardQueue() {
        parts.counters().droppedUnconnected.add(queue.discard());
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : Handshake.printable(message);
    }

    // ------------------------------------------------------------------------------------------------ sending

    /** The channel can take more, or may. */
    void writabilityChanged() {
        scheduleDrain();
    }

    private void drain() {
        drainScheduled.set(false);
        Channel open = channel;
        if (state != State.CONNECTED || open == null) {
            discardQueue();
            return;
        }
        try {
            boolean written = false;
            SendQueue.Outgoing next;
            // What does not fit stays in the queue, where its size is bounded; writabilityChanged() comes back for it.
            while (open.isWritable() && (next = queue.poll()) != null) {
                written |= write(open, next);
            }
            if (written) {
                open.flush();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // Such as the limit of direct memory. The message is lost, so the connection must be too: nobody may
            // believe that what came after it arrived in order.
            failed("cannot encode: " + describe(e));
        }
    }

    private boolean write(Channel open, SendQueue.Outgoing outgoing) {
        Wire.Header header = MessageEncoder.header(outgoing.from(), outgoing.message());
        List<ByteBuffer> payloads = MessageEncoder.payloads(outgoing.message());
        long payloadBytes = payloads.stream().mapToLong(ByteBuffer::remaining).sum();
        long frameBytes = FrameCodec.frameBytes(header, payloadBytes);
        if (frameBytes > maxFrameBytes) {
            parts.counters().droppedTooLarge.increment();
            log.tooLarge(frameBytes, maxFrameBytes);
            reports.dropped();
            return false;
        }
        ByteBuf frame = FrameCodec.encode(open.alloc(), header, payloads);
        parts.counters().framesSent.increment();
        parts.counters().bytesSent.add(frameBytes);
        open.write(frame);
        return true;
    }
}
