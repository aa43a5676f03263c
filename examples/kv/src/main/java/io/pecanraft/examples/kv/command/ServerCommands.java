package io.pecanraft.examples.kv.command;

import io.pecanraft.NodeStatus;
import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.command.CommandSpec.Keys;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Glob;
import io.pecanraft.examples.kv.store.Limits;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.NodeId;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Commands about the server: what it can do, how it is configured, how it is. */
final class ServerCommands {

    /**
     * Whose replies the commands imitate: the first release that has them all, for CLIENT SETINFO is of 7.2. Health checks and tools want to
     * read one, and some choose by it what to send.
     */
    private static final String REDIS_VERSION = "7.2.0";

    /** What benchmark tools and libraries ask for, with the honest answer; by name. */
    private static final Map<String, String> CONFIG = new TreeMap<>(Map.of(
            "save", "",
            "appendonly", "yes",
            "databases", "1",
            "proto-max-bulk-len", Integer.toString(Limits.MAX_VALUE_BYTES)));

    private final ServerInfo server;
    private final Supplier<Collection<CommandSpec>> commands;

    ServerCommands(ServerInfo server, Supplier<Collection<CommandSpec>> commands) {
        this.server = server;
        this.commands = commands;
    }

    List<CommandSpec> all() {
        Set<Flag> none = Set.of();
        return List.of(
                CommandSpec.plain("info", -1, none, this::info),
                CommandSpec.group(
                        "config",
                        Set.of(Flag.ADMIN),
                        List.of(CommandSpec.plain("get", -3, none, ServerCommands::configGet))),
                new CommandSpec(
                        "command",
                        -1,
                        none,
                        Keys.NONE,
                        List.of(
                                CommandSpec.plain("count", 2, none, this::commandCount),
                                CommandSpec.plain("info", -2, none, this::commandInfo),
                                CommandSpec.plain("docs", -2, none, ServerCommands::commandDocs)),
                        this::commandInfo));
    }

    private Response commandCount(ClientState client, Request request) {
        return new Response.Immediate(new Reply.Int(commands.get().size()));
    }

    private Response commandInfo(ClientState client, Request request) {
        List<Reply> rows = new ArrayList<>();
        if (request.size() <= 2) {
            commands.get().stream()
                    .sorted(Comparator.comparing(CommandSpec::name))
                    .forEach(command -> rows.add(command.describe()));
        }
        for (int i = 2; i < request.size(); i++) {
            String name = request.arg(i).utf8().toLowerCase(Locale.ROOT);
            rows.add(commands.get().stream()
                    .filter(command -> command.name().equals(name))
                    .findFirst()
                    .map(CommandSpec::describe)
                    .orElse(Reply.NULL));
        }
        return new Response.Immediate(new Reply.Array(rows));
    }

    /** redis-cli asks for these when it starts, for its hints, and is content without. */
    private static Response commandDocs(ClientState client, Request request) {
        return new Response.Immediate(new Reply.Pairs(List.of()));
    }

    private static Response configGet(ClientState client, Request request) {
        List<Glob> patterns = new ArrayList<>();
        for (int i = 2; i < request.size(); i++) {
            patterns.add(new Glob(Bytes.of(request.arg(i).utf8().toLowerCase(Locale.ROOT))));
        }
        List<Reply.Pair> found = new ArrayList<>();
        CONFIG.forEach((name, value) -> {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(Bytes.of(name)))) {
                found.add(new Reply.Pair(name, Reply.bulk(value)));
            }
        });
        return new Response.Immediate(new Reply.Pairs(found));
    }

    private Response info(ClientState client, Request request) {
        StringBuilder text = new StringBuilder();
        sections().forEach((title, lines) -> {
            if (wanted(title, request)) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(title)
                        .append("\r\n");
                lines.forEach((name, value) ->
                        text.append(name).append(':').append(value).append("\r\n"));
            }
        });
        return new Response.Immediate(Reply.bulk(text.toString()));
    }

    private static boolean wanted(String title, Request request) {
        for (int i = 1; i < request.size(); i++) {
            String section = request.arg(i).utf8().toLowerCase(Locale.ROOT);
            if (section.equals(title.toLowerCase(Locale.ROOT))
                    || Set.of("all", "default", "everything").contains(section)) {
                return true;
            }
        }
        return request.size() == 1;
    }

    private Map<String, Map<String, Object>> sections() {
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        sections.put("Server", serverSection());
        sections.put("Clients", clientsSection());
        sections.put("Memory", memorySection());
        sections.put("Stats", statsSection());
        sections.put("Raft", raftSection());
        sections.put("Cluster", Map.of("cluster_enabled", 1));
        sections.put("Keyspace", keyspaceSection());
        return sections;
    }

    private Map<String, Object> serverSection() {
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("redis_version", REDIS_VERSION);
        lines.put("pecanraft_version", server.version());
        lines.put("redis_mode", "cluster");
        lines.put("java_version", Runtime.version());
        lines.put("process_id", ProcessHandle.current().pid());
        lines.put("tcp_port", server.port());
        lines.put(
                "uptime_in_seconds",
                Duration.between(server.startedAt(), Instant.now()).toSeconds());
        lines.put("threads", ManagementFactory.getThreadMXBean().getThreadCount());
        return lines;
    }

    private Map<String, Object> clientsSection() {
        Counters counters = server.counters();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("connected_clients", counters.connections());
        lines.put("requests_in_flight", counters.requestsInFlight());
        lines.put("bytes_in_flight", counters.bytesInFlight());
        return lines;
    }

    private static Map<String, Object> memorySection() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("used_memory", heap.getUsed());
        lines.put("maxmemory", heap.getMax());
        return lines;
    }

    private Map<String, Object> statsSection() {
        Counters counters = server.counters();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("total_connections_received", counters.connectionsReceived());
        lines.put("rejected_connections", counters.connectionsRefused());
        lines.put("total_commands_processed", counters.requests());
        lines.put("protocol_errors", counters.protocolErrors());
        lines.put("answers_clusterdown", counters.notDone());
        lines.put("answers_timeout", counters.unknown());
        return lines;
    }

    private Map<String, Object> keyspaceSection() {
        StoreStatus store = server.store().get();
        Map<String, Object> lines = new LinkedHashMap<>();
        if (store.keys() > 0) {
            lines.put("db0", "keys=" + store.keys() + ",expires=" + store.expiring() + ",avg_ttl=0");
        }
        return lines;
    }

    private Map<String, Object> raftSection() {
        NodeStatus status = server.node().status();
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("raft_node", server.id());
        lines.put("raft_state", status.state());
        lines.put("raft_role", status.role());
        lines.put("raft_term", status.term());
        lines.put("raft_leader", status.leader().map(NodeId::value).orElse(""));
        lines.put("raft_commit_index", status.commitIndex());
        lines.put("raft_applied_index", status.appliedIndex());
        lines.put("raft_last_index", status.lastIndex());
        lines.put("raft_first_index", status.firstIndex());
        lines.put("raft_snapshot_index", status.snapshotIndex());
        lines.put("raft_application_version", status.applicationVersion());
        lines.put(
                "raft_minimum_version",
                status.minimumVersion().isPresent() ? status.minimumVersion().getAsInt() : "");
        return lines;
    }
}
