package io.pecanraft.examples.kv;

import io.pecanraft.RaftConfig;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv server}: one node in the foreground. */
@Command(
        name = "server",
        description = "Runs one node in the foreground, until it is stopped by Ctrl-C or SIGTERM.",
        footer = {
            "",
            "The first node of three:",
            "  kv server --id n1 --members n1=a:8001,n2=b:8001,n3=c:8001 --listen 0.0.0.0:7001 --data /var/lib/kv \\",
            "            --tls-cert n1.pem --tls-key n1.key --tls-ca ca.pem --resp-password-file secret",
            "",
            "The others get the same --members. Before its first election a cluster waits for all members once;",
            "afterwards a majority is enough. Nodes on more than one machine need --tls-cert, --tls-key and --tls-ca, or",
            "--insecure. Clients that come from elsewhere need a password, or --resp-no-password."
        },
        exitCodeList = {
            "0:success",
            "1:failure while running, such as a port in use",
            "2:wrong command line",
            "3:the data directory cannot be used (locked, of another cluster, damaged, not writable, full, in memory)",
            "4:the node stopped itself; the log says why",
            "143:ended by SIGTERM, after closing cleanly (130: by Ctrl-C)"
        })
final class ServerCommand implements Callable<Integer> {

    private static final long MAX_COMMAND_BYTES = 4L << 20;

    /** How log lines look. */
    enum LogFormat {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--id",
            required = true,
            paramLabel = "NAME",
            description = "This node's name, one of those in --members unless it joins.")
    private String id;

    @Option(
            names = "--members",
            paramLabel = "NAME=HOST:PORT,...",
            description = "All founding members with their Raft addresses, the same list on every node.")
    private @Nullable String members;

    @Option(
            names = "--join",
            description = {
                "Found no cluster, wait to be added: RAFT ADD at the leader. With --cluster-name, or else the --members that",
                "the cluster was founded with, which give it its name; and with --raft-listen unless named among them."
            })
    private boolean join;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where clients connect (RESP).")
    private String listen;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = {
                "Where clients reach this node, as CLUSTER SLOTS tells them, when that is not --listen.",
                "Default: --listen, with the host of the Raft address when that names no host."
            })
    private @Nullable String advertise;

    @Option(
            names = "--http-port",
            paramLabel = "[HOST:]PORT",
            description = {
                "The console, and where supervisors ask over HTTP: /healthz, /readyz, /metrics (Prometheus).",
                "Without a host on 127.0.0.1 only.",
                "Default: nowhere."
            })
    private @Nullable String httpPort;

    @Option(
            names = "--http-admin",
            description = {
                "Let whoever reaches the HTTP port transfer leadership, take snapshots, add and remove nodes.",
                "On the loopback interface that is so without it."
            })
    private boolean httpAdmin;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Where this node keeps its log and snapshots. Made if missing; one per node.")
    private Path data;

    @Option(
            names = "--raft-listen",
            paramLabel = "HOST:PORT",
            description = "Where other nodes connect, when that is not the own address in --members.")
    private @Nullable String raftListen;

    @Mixin
    private final PeerSecurityOptions security = new PeerSecurityOptions();

    @Mixin
    private final ClientSecurityOptions clientSecurity = new ClientSecurityOptions();

    @Option(
            names = "--cluster-name",
            paramLabel = "NAME",
            description = "Names the cluster, the same on every node. Default: derived from --members.")
    private @Nullable String clusterName;

    @Option(
            names = "--durability",
            paramLabel = "power-loss|process-crash",
            defaultValue = "power-loss",
            description = {
                "What an acknowledged write survives on each disk: loss of power, or only the death of the process (faster).",
                "Default: ${DEFAULT-VALUE}."
            })
    private String durability;

    @Option(
            names = "--allow-file-system",
            split = ",",
            paramLabel = "TYPE",
            description = {
                "Promise power-loss also on a file system of this type, such as tmpfs or nfs4, which cannot keep it.",
                "Default: what is on a network or in memory is refused."
            })
    private Set<String> allowedFileSystems = new LinkedHashSet<>();

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Quantities.DurationConverter.class,
            description = "How long a request waits for a leader before -CLUSTERDOWN. Default: ${DEFAULT-VALUE}.")
    private Duration hold;

    @Option(
            names = "--election-timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = Quantities.DurationConverter.class,
            description = "The least time without a leader before an election. Default: ${DEFAULT-VALUE}.")
    private Duration electionTimeout;

    @Option(
            names = "--heartbeat-interval",
            paramLabel = "TIME",
            defaultValue = "100ms",
            converter = Quantities.DurationConverter.class,
            description = "How often a leader asserts itself. Default: ${DEFAULT-VALUE}.")
    private Duration heartbeatInterval;

    @Option(
            names = "--snapshot-log-bytes",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = Quantities.BytesConverter.class,
            description = "Take a snapshot after this much log; 0: only when asked. Default: ${DEFAULT-VALUE}.")
    private long snapshotLogBytes;

    @Option(
            names = "--retained-log-entries",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Entries kept before a snapshot, for followers slightly behind. Default: ${DEFAULT-VALUE}.")
    private long retainedLogEntries;

    @Option(
            names = "--snapshot-chunk-bytes",
            paramLabel = "SIZE",
            defaultValue = "1m",
            converter = Quantities.BytesConverter.class,
            description = "The size of the pieces in which a snapshot is sent. Default: ${DEFAULT-VALUE}.")
    private long snapshotChunkBytes;

    @Option(
            names = "--segment-bytes",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = Quantities.BytesConverter.class,
            description = {
                "The length of a file of the log, a power of two, the same on every node; two are laid out at a time.",
                "A command may be an eighth of it, and never more than 4m. Default: ${DEFAULT-VALUE}."
            })
    private long segmentBytes;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Clients at a time; further ones get an error. Default: ${DEFAULT-VALUE}.")
    private int maxConnections;

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "131072",
            description =
                    "Requests without an answer, over all clients; then sockets are not read. Default: ${DEFAULT-VALUE}.")
    private int maxInFlight;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = Quantities.DurationConverter.class,
            description = "Close a client that has sent nothing for so long; 0s: never. Default: ${DEFAULT-VALUE}.")
    private Duration idleTimeout;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How log lines on standard output look. Default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    @Option(
            names = "--detour",
            hidden = true,
            split = ",",
            description =
                    "HOST:PORT=HOST:PORT,...: where to call a peer instead; how kv cluster --chaos cuts nodes off.")
    private Map<String, String> detours = new LinkedHashMap<>();

    @Option(
            names = "--supervised",
            hidden = true,
            description = "End when standard input ends: the parent holds the other end, however it dies.")
    private boolean supervised;

    @Override
    public Integer call() {
        // Read by logback.xml, so before the first logger is made; the settings of the transport make one.
        System.setProperty("kv.log.format", logFormat.name().toLowerCase(Locale.ROOT));
        System.setProperty("chronicle.analytics.disable", "true");
        return ServerProcess.run(settings(), supervised);
    }

    /** Everything that can be wrong with the command line is found here, before anything is touched. */
    private ServerSettings settings() {
        try {
            NodeId node = NodeId.of(id);
            Optional<MemberList> all = Optional.ofNullable(members).map(MemberList::parse);
            HoldPolicy holdPolicy = new HoldPolicy(hold);
            HostPort clients = HostPort.parse(listen);
            HostPort peers = raftListen(node, all);
            if (clients.equals(peers)) {
                throw new IllegalArgumentException(
                        "clients (--listen) and other nodes (--members, --raft-listen) need two"
                                + " addresses, both are " + clients);
            }
            return new ServerSettings(
                    node,
                    join ? Optional.empty() : all,
                    cluster(all),
                    clients,
                    advertised(node, clients, peers, all),
                    http(clients, peers),
                    httpAdmin
                            || http(clients, peers).filter(HostPort::isLoopback).isPresent(),
                    peers,
                    data.toAbsolutePath().normalize(),
                    ChronicleStorageConfig.builder()
                            .allowedFileSystems(allowedFileSystems)
                            .durability(parseDurability(durability))
                            .segmentBytes(segmentBytes)
                            .build(),
                    raftConfig(),
                    holdPolicy,
                    new RespLimits(
                            maxConnections,
                            maxInFlight,
                            RespLimits.DEFAULTS.maxInFlightBytes(),
                            RespLimits.DEFAULTS.maxBatchBytes(),
                            idleTimeout),
                    security.transport(peers, detours),
                    clientSecurity.security(clients));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private HostPort advertised(NodeId node, HostPort clients, HostPort peers, Optional<MemberList> all) {
        if (advertise != null) {
            return HostPort.parse(advertise);
        }
        String host = all.flatMap(list -> list.addressOf(node)).orElse(peers).host();
        return clients.isWildcard() ? new HostPort(host, clients.port()) : clients;
    }

    private Optional<HostPort> http(HostPort clients, HostPort peers) {
        if (httpPort == null) {
            return Optional.empty();
        }
        HostPort http = HostPort.parse(httpPort.contains(":") ? httpPort : LocalPorts.HOST + ":" + httpPort);
        if (http.equals(clients) || http.equals(peers)) {
            throw new IllegalArgumentException("--http-port needs an address of its own, got " + http);
        }
        return Optional.of(http);
    }

    private HostPort raftListen(NodeId node, Optional<MemberList> all) {
        Optional<HostPort> own = all.flatMap(list -> list.addressOf(node));
        if (!join && all.isEmpty()) {
            throw new IllegalArgumentException(
                    "--members is missing; a server that is to be added to a cluster takes --join");
        }
        if (!join && own.isEmpty()) {
            throw new IllegalArgumentException("--id " + id + " is not in --members, which names "
                    + all.map(MemberList::names).orElse("nobody"));
        }
        if (raftListen != null) {
            return HostPort.parse(raftListen);
        }
        return own.orElseThrow(() -> new IllegalArgumentException("with --join a server that is not in --members needs"
                + " --raft-listen, the address that RAFT ADD is told"));
    }

    private ClusterId cluster(Optional<MemberList> all) {
        if (clusterName != null) {
            return ClusterId.fromName(clusterName);
        }
        return all.map(list -> ClusterId.fromBootstrap(list.members()))
                .orElseThrow(() -> new IllegalArgumentException(
                        "--join needs --cluster-name, or the --members that the" + " cluster was founded with"));
    }

    private RaftConfig raftConfig() {
        return RaftConfig.builder()
                .electionTimeout(electionTimeout)
                .heartbeatInterval(heartbeatInterval)
                .snapshotLogBytes(snapshotLogBytes)
                .retainedLogEntries(retainedLogEntries)
                .snapshotChunkBytes(Math.toIntExact(Math.min(snapshotChunkBytes, Integer.MAX_VALUE)))
                .applicationVersion(OperationCodec.VERSION)
                .maxCommandBytes((int) Math.min(MAX_COMMAND_BYTES, segmentBytes / 8))
                .proposalTimeout(hold)
                .readTimeout(hold.dividedBy(2))
                .build();
    }

    private static Durability parseDurability(String text) {
        return Optional.of(text.toUpperCase(Locale.ROOT).replace('-', '_'))
                .filter(name -> name.equals("POWER_LOSS") || name.equals("PROCESS_CRASH"))
                .map(Durability::valueOf)
                .orElseThrow(() -> new IllegalArgumentException(
                        "--durability must be power-loss or process-crash, got '" + text + "'"));
    }
}
