package io.pecanraft.examples.kv;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.command.CertificateExpiry;
import io.pecanraft.examples.kv.command.CommandTable;
import io.pecanraft.examples.kv.command.ServerInfo;
import io.pecanraft.examples.kv.http.ConsoleSettings;
import io.pecanraft.examples.kv.http.HttpPort;
import io.pecanraft.examples.kv.http.Measurements;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.resp.RespServer;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.GroupId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: storage, transport, Raft node, RESP server and HTTP port, put together. All that an application of PecanRaft has to do, in
 * one place.
 */
final class KvServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KvServer.class);

    /** How often a server looks whether something is to be said in the log. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Transport transport;
    private final RaftNode node;
    private final ScheduledExecutorService housekeeping;
    private final RespServer resp;
    private final Optional<HttpPort> http;
    private final ExecutorService callbacks;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean closing;

    private KvServer(
            Transport transport,
            RaftNode node,
            ScheduledExecutorService housekeeping,
            RespServer resp,
            Optional<HttpPort> http,
            ExecutorService callbacks) {
        this.transport = transport;
        this.node = node;
        this.housekeeping = housekeeping;
        this.resp = resp;
        this.http = http;
        this.callbacks = callbacks;
    }

    /**
     * Starts a node. Returns while it recovers; requests are held until it takes part.
     *
     * @throws KvException when the directory cannot be used or an address cannot be listened on
     */
    static KvServer start(ServerSettings settings) {
        KvStateMachine machine = new KvStateMachine();
        return start(settings, machine, machine::status);
    }

    static KvServer start(ServerSettings settings, StateMachine machine, Supplier<StoreStatus> store) {
        return start(settings, openStorage(settings), machine, store);
    }

    /** On a storage, which is closed with it or when it cannot start. */
    static KvServer start(ServerSettings settings, Storage storage, StateMachine machine, Supplier<StoreStatus> store) {
        NettyTransport transport;
        try {
            transport = NettyTransport.open(settings.transport());
        } catch (TransportException e) {
            storage.close();
            throw new KvException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
        // A thread for the futures. On the apply executor, their default, a state machine that hangs would hold back
        // even the news that its requests have timed out.
        ExecutorService callbacks = Executors.newSingleThreadExecutor(new DefaultThreadFactory("kv-callbacks", true));
        Optional<Measurements> measurements = settings.http().map(address -> new Measurements(settings.node()));
        RaftNode.Builder builder = RaftNode.builder()
                .stateMachine(machine)
                .storage(storage)
                .transport(transport)
                .config(settings.raft())
                .metrics(measurements.map(Measurements::raft).orElse(RaftMetrics.NONE))
                .callbackExecutor(callbacks);
        RaftNode node = settings.founders()
                .map(founders -> builder.bootstrapMembers(founders.members()))
                .orElseGet(builder::joining)
                .build();
        Counters counters = new Counters();
        Supplier<List<CertificateExpiry>> certificates = () -> certificates(settings, transport);
        FormatSwitch gate = new FormatSwitch(node, store);
        Optional<HttpPort> http = Optional.empty();
        RespServer resp;
        try {
            if (measurements.isPresent()) {
                measurements.get().watch(node, transport, counters);
                http = Optional.of(openHttp(settings, node, store, counters, measurements.get(), certificates));
            }
            resp = openResp(settings, node, gate, store, counters, certificates);
        } catch (RespServer.ListenException | KvException e) {
            http.ifPresent(HttpPort::close);
            node.close();
            callbacks.shutdown();
            transport.close();
            throw e instanceof KvException known
                    ? known
                    : new KvException(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
        KvServer server =
                new KvServer(transport, node, housekeeping(settings, node, gate, store), resp, http, callbacks);
        server.watch();
        log.atInfo()
                .addKeyValue("node", settings.node())
                .addKeyValue("clients", settings.listen())
                .addKeyValue("raft", settings.raftListen())
                .addKeyValue("http", settings.http().map(HostPort::toString).orElse("none"))
                .addKeyValue("data", settings.data())
                .addKeyValue("durability", settings.storage().durability())
                .log("listening");
        return server;
    }

    private static Storage openStorage(ServerSettings settings) {
        try {
            return ChronicleStorage.open(
                    settings.data(), settings.cluster(), GroupId.DEFAULT, settings.node(), settings.storage());
        } catch (StorageException e) {
            String options = e.reason() == StorageException.Reason.ENVIRONMENT
                    ? "; the options are --allow-file-system TYPE and --durability process-crash"
                    : "";
            throw new KvException(ExitCode.STORAGE, e.getMessage() + " (" + e.reason() + options + ")", e);
        }
    }

    private static HttpPort openHttp(
            ServerSettings settings,
            RaftNode node,
            Supplier<StoreStatus> store,
            Counters counters,
            Measurements measurements,
            Supplier<List<CertificateExpiry>> certificates) {
        HostPort address = settings.http().orElseThrow();
        ConsoleSettings console = new ConsoleSettings(
                KvMain.Version.get(),
                settings.node(),
                node,
                store,
                counters,
                settings.data(),
                settings.advertiseHttp().orElse(address).host(),
                settings.httpAdmin(),
                certificates);
        try {
            return HttpPort.open(address.resolve(), measurements, console);
        } catch (IOException e) {
            throw new KvException(ExitCode.FAILURE, "cannot listen on " + address + " for HTTP: " + e.getMessage(), e);
        }
    }

    private static RespServer openResp(
            ServerSettings settings,
            RaftNode node,
            FormatSwitch gate,
            Supplier<StoreStatus> store,
            Counters counters,
            Supplier<List<CertificateExpiry>> certificates) {
        ServerInfo info = new ServerInfo(
                KvMain.Version.get(),
                settings.node(),
                node,
                store,
                counters,
                settings.listen().port(),
                settings.advertise().toString(),
                settings.clients().password(),
                settings.hold().hold(),
                Instant.now(),
                certificates);
        return RespServer.open(
                settings.listen().resolve(),
                node,
                new CommandTable(info),
                gate,
                settings.hold(),
                settings.limits().forCommandsUpTo(settings.raft().maxCommandBytes()),
                settings.clients(),
                counters);
    }

    private static List<CertificateExpiry> certificates(ServerSettings settings, NettyTransport transport) {
        List<CertificateExpiry> certificates = new ArrayList<>();
        settings.transport().tls().ifPresent(files -> {
            certificates.add(new CertificateExpiry(
                    "--tls-cert",
                    files.certificateChain(),
                    transport.certificateExpiry().orElseThrow(),
                    true));
            certificates.add(new CertificateExpiry(
                    "--tls-ca",
                    files.trustedCertificates(),
                    transport.authorityExpiry().orElseThrow(),
                    true));
        });
        settings.clients().certificate().ifPresent(certificates::add);
        return certificates;
    }

    /** What a server does by itself, on a thread of its own. */
    private static ScheduledExecutorService housekeeping(
            ServerSettings settings, RaftNode node, FormatSwitch gate, Supplier<StoreStatus> store) {
        LogTicks ticks = new LogTicks(node, gate, store);
        String http = settings.advertiseHttp().map(HostPort::toString).orElse("");
        Announcer announcer = new Announcer(
                node, settings.node(), new Announced(settings.advertise().toString(), http), store);
        ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("kv-housekeeping", true));
        long nanos = LOOK.toNanos();
        thread.scheduleWithFixedDelay(() -> ticks.look(System.nanoTime()), nanos, nanos, TimeUnit.NANOSECONDS);
        thread.scheduleWithFixedDelay(() -> announcer.look(System.nanoTime()), nanos, nanos, TimeUnit.NANOSECONDS);
        return thread;
    }

    private void watch() {
        node.subscribe(event -> {
            if (event instanceof RaftEvent.NodeFailed failed) {
                failure.complete(failed.failure());
            }
        });
        node.start().whenComplete((started, cause) -> {
            if (cause != null && !closing) {
                failure.complete(cause.getCause() != null ? cause.getCause() : cause);
            }
        });
    }

    /** Completes, normally, with the reason when the node has stopped itself. */
    CompletableFuture<Throwable> failure() {
        return failure;
    }

    /** Refuses new clients, ends the node, answers what is pending, closes the rest; not ready any more before the last answers. */
    @Override
    public void close() {
        closing = true;
        resp.stopListening();
        housekeeping.shutdownNow();
        node.close();
        callbacks.shutdown(); // it still completes what the node has handed over
        resp.close();
        transport.close();
        http.ifPresent(HttpPort::close);
    }
}
