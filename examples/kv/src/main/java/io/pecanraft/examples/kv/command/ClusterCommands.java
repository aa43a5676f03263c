package io.pecanraft.examples.kv.command;

import io.pecanraft.NodeStatus;
import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What cluster-aware clients ask to find the leader by themselves: one shard with all slots, the leader its master, the others its
 * replicas. No command is ever redirected: any node takes any command, so a client that knows less finds its way too.
 */
final class ClusterCommands {

    private static final int SLOTS = 16_384;
    private static final int LAST_SLOT = SLOTS - 1;

    private final ServerInfo server;

    ClusterCommands(ServerInfo server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        Set<Flag> none = Set.of();
        List<CommandSpec> subcommands = List.of(
                CommandSpec.plain("slots", 2, none, this::slots),
                CommandSpec.plain("shards", 2, none, this::shards),
                CommandSpec.plain("nodes", 2, none, this::nodes),
                CommandSpec.plain("info", 2, none, this::info),
                CommandSpec.plain(
                        "myid", 2, none, (client, request) -> bulk(view().self().id())),
                CommandSpec.plain("keyslot", 3, none, ClusterCommands::keySlot));
        return List.of(
                CommandSpec.group("cluster", none, subcommands),
                // What clients say to a replica before they read there. Reads are linearizable here and stay so.
                CommandSpec.plain("readonly", 1, Set.of(Flag.FAST), ClusterCommands::ok),
                CommandSpec.plain("readwrite", 1, Set.of(Flag.FAST), ClusterCommands::ok));
    }

    private ShardView view() {
        return ShardView.of(server);
    }

    private static Response ok(ClientState client, Request request) {
        return new Response.Immediate(Reply.OK);
    }

    private static Response bulk(String text) {
        return new Response.Immediate(Reply.bulk(text));
    }

    private Response slots(ClientState client, Request request) {
        List<Reply> shard = new ArrayList<>(List.of(new Reply.Int(0), new Reply.Int(LAST_SLOT)));
        for (ShardView.Server each : view().masterFirst()) {
            shard.add(new Reply.Array(List.of(
                    Reply.bulk(each.host()),
                    new Reply.Int(each.port()),
                    Reply.bulk(each.id()),
                    new Reply.Array(List.of()))));
        }
        return new Response.Immediate(new Reply.Array(List.of(new Reply.Array(shard))));
    }

    private Response shards(ClientState client, Request request) {
        ShardView view = view();
        NodeStatus status = server.node().status();
        List<Reply> nodes = new ArrayList<>();
        for (ShardView.Server each : view.masterFirst()) {
            nodes.add(new Reply.Pairs(List.of(
                    new Reply.Pair("id", Reply.bulk(each.id())),
                    new Reply.Pair("port", new Reply.Int(each.port())),
                    new Reply.Pair("ip", Reply.bulk(each.host())),
                    new Reply.Pair("endpoint", Reply.bulk(each.host())),
                    new Reply.Pair("role", Reply.bulk(view.isMaster(each) ? "master" : "replica")),
                    new Reply.Pair("replication-offset", new Reply.Int(status.commitIndex())),
                    new Reply.Pair("health", Reply.bulk(each.heard() ? "online" : "failed")))));
        }
        Reply slots = new Reply.Array(List.of(new Reply.Int(0), new Reply.Int(LAST_SLOT)));
        return new Response.Immediate(new Reply.Array(List.of(new Reply.Pairs(
                List.of(new Reply.Pair("slots", slots), new Reply.Pair("nodes", new Reply.Array(nodes)))))));
    }

    /** A line a node, as Redis has it: id, address, flags, master, ping, pong, epoch, link, slots. */
    private Response nodes(ClientState client, Request request) {
        ShardView view = view();
        long term = server.node().status().term();
        return bulk(view.masterFirst().stream()
                .map(each -> {
                    boolean master = view.isMaster(each);
                    String flags = (each.equals(view.self()) ? "myself," : "") + (master ? "master" : "slave");
                    return each.id() + " " + each.host() + ":" + each.port() + "@" + each.port() + " " + flags + " "
                            + (master ? "-" : view.master().id()) + " 0 0 " + term
                            + (each.heard() ? " connected" : " disconnected")
                            + (master ? " 0-" + LAST_SLOT : "") + "\n";
                })
                .collect(Collectors.joining()));
    }

    private Response info(ClientState client, Request request) {
        NodeStatus status = server.node().status();
        boolean led = status.leader().isPresent();
        return bulk(String.join(
                "\r\n",
                "cluster_enabled:1",
                "cluster_state:" + (led ? "ok" : "fail"),
                "cluster_slots_assigned:" + SLOTS,
                "cluster_slots_ok:" + (led ? SLOTS : 0),
                "cluster_slots_pfail:0",
                "cluster_slots_fail:" + (led ? 0 : SLOTS),
                "cluster_known_nodes:" + view().masterFirst().size(),
                "cluster_size:1",
                "cluster_current_epoch:" + status.term(),
                "cluster_my_epoch:" + status.term(),
                ""));
    }

    private static Response keySlot(ClientState client, Request request) {
        return new Response.Immediate(new Reply.Int(slot(request.arg(2))));
    }

    /** CRC16 (XMODEM) of the key, or of what stands in its first braces when that is not empty, modulo the number of slots. */
    static int slot(Bytes key) {
        int from = 0;
        int to = key.length();
        for (int i = 0; i < key.length(); i++) {
            if (key.at(i) == '{') {
                int close = indexOf(key, '}', i + 1);
                if (close > i + 1) {
                    from = i + 1;
                    to = close;
                }
                break;
            }
        }
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc ^= (key.at(i) & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }

    private static int indexOf(Bytes key, char wanted, int from) {
        for (int i = from; i < key.length(); i++) {
            if (key.at(i) == wanted) {
                return i;
            }
        }
        return -1;
    }
}
