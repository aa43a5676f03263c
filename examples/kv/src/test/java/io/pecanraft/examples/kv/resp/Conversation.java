package io.pecanraft.examples.kv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import io.pecanraft.examples.kv.command.CommandTable;
import io.pecanraft.examples.kv.command.ServerInfo;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.replication.OperationPipeline;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.replication.VirtualThread;
import io.pecanraft.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A client's connection without a socket: bytes in, bytes out, a node that answers as it is told. */
public final class Conversation {

    private final ScriptedNode node = new ScriptedNode();
    private final VirtualThread thread = new VirtualThread();
    private final Counters counters = new Counters();
    private final EmbeddedChannel channel;

    /** A fresh connection to a fresh server. */
    public Conversation() {
        this(RespLimits.DEFAULTS);
    }

    Conversation(RespLimits limits) {
        this(limits, Optional.empty());
    }

    /** A connection to a server that asks for a password. */
    public Conversation(Password password) {
        this(RespLimits.DEFAULTS, Optional.of(password));
    }

    private Conversation(RespLimits limits, Optional<Password> password) {
        CommandTable table = new CommandTable(new ServerInfo(
                "1.2.3",
                NodeId.of("n1"),
                node,
                node::store,
                counters,
                7001,
                "h.local:7001",
                password,
                Duration.ofSeconds(5),
                Instant.EPOCH,
                List::of));
        ClientState client = new ClientState(7, "10.0.0.1:5000", Instant.EPOCH);
        client.authenticated(password.isEmpty());
        InFlight inFlight = new InFlight(limits, counters);
        channel = new EmbeddedChannel(
                new RedisDecoder(RespLimits.MAX_LINE_BYTES, FixedRedisMessagePool.INSTANCE, true),
                new RequestAssembler(client::isAuthenticated),
                new RespConnection(
                        client,
                        table,
                        counters,
                        inFlight,
                        (connection, eventLoop) -> new OperationPipeline(
                                node,
                                thread,
                                format -> new FormatGate.Open(),
                                new HoldPolicy(Duration.ofSeconds(5)),
                                new Random(1),
                                RespLimits.MAX_BATCH_OPERATIONS,
                                limits.maxBatchBytes(),
                                connection::takesReplies,
                                connection::batchEnded)));
    }

    /** The node behind it. */
    public ScriptedNode node() {
        return node;
    }

    Counters counters() {
        return counters;
    }

    EmbeddedChannel channel() {
        return channel;
    }

    /** Sends a line; returns what comes back at once. */
    public String say(String line) {
        return send(line + "\r\n");
    }

    /** Sends arguments as an array, so that they may hold anything; returns what comes back at once. */
    public String ask(String... args) {
        StringBuilder text = new StringBuilder("*" + args.length + "\r\n");
        for (String arg : args) {
            text.append('$')
                    .append(arg.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(arg)
                    .append("\r\n");
        }
        return send(text.toString());
    }

    /** Sends bytes; returns what comes back at once. */
    public String send(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.UTF_8));
        return settle();
    }

    /** Lets time pass; returns what came back. */
    public String after(Duration time) {
        thread.advance(time);
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        return settle();
    }

    /** The client closes its connection. */
    public void leave() {
        channel.close();
        settle();
    }

    private String settle() {
        thread.run();
        channel.runPendingTasks();
        return received();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.UTF_8));
            out.release();
        }
        return text.toString();
    }

    /** Whether the server has ended its side. */
    public boolean closed() {
        channel.advanceTimeBy(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        return !channel.isOpen();
    }
}
