package io.pecanraft.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.pecanraft.transport.netty.wire.Wire;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One lane to one peer: makes its connection, and makes it again.
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
 * <p>Everything runs on one event loop, which stays the same for all attempts; what other threads call only enqueues.
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
    private final Outbox outbox;
    private final UnreachableReports reports;
    private final ConnectionLog log;
    private final Backoff backoff;

    // Event loop only.
    private State state = State.CLOSED;
    private @Nullable Channel channel;

    /** Counts attempts, so that what belongs to an earlier one is recognised when it comes late. */
    private int attempt;

    PeerConnection(Peer peer, Lane lane, TransportParts parts) {
        NettyTransportConfig config = parts.config();
        this.peer = peer;
        this.lane = lane;
        this.parts = parts;
        this.loop = parts.loops().group().next();
        this.reports = new UnreachableReports(loop, peer::reportUnreachable);
        this.log = new ConnectionLog(peer.route(), lane, peer::consensusWorks);
        this.outbox = new Outbox(
                peer.route().called(),
                loop,
                config.maxPendingBytesPerPeer(),
                parts.counters(),
                reports,
                log,
                this::failed);
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
        onLoop(() -> {
            state = State.CLOSED;
            attempt++;
            closeChannel();
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

    /** Where messages for this lane go. */
    Outbox outbox() {
        return outbox;
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The transport is closed, and its connections with it: there is nothing left to do.
        }
    }

    // ------------------------------------------------------------------------------------------------ connecting

    private void connect() {
        state = State.CONNECTING;
        int current = ++attempt;
        String address = peer.route().address();
        parts.resolver()
                .resolve(parts.config().detours().getOrDefault(address, address), backoff.attempts())
                .whenComplete((resolved, failure) -> onLoop(() -> {
                    if (current != attempt) {
                        return;
                    }
                    if (failure == null) {
                        connectTo(resolved, current);
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
                Tls tls = parts.tls();
                if (tls != null) {
                    made.pipeline().addLast(tls.calling(made.alloc()));
                }
                made.pipeline()
                        .addLast(
                                new FrameDecoder(),
                                new OutboundHandler(
                                        PeerConnection.this, peer.route().called(), current, parts));
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
        Channel accepted = channel;
        if (ofAttempt != attempt || state != State.HANDSHAKE || accepted == null) {
            return;
        }
        state = State.CONNECTED;
        outbox.open(accepted, Math.min(parts.config().maxFrameBytes(), peerMaxFrameBytes));
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
        state = State.WAITING;
        int current = ++attempt; // whatever still comes from the channel comes late
        closeChannel();
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
        outbox.close();
        Channel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : Handshake.printable(message);
    }
}
