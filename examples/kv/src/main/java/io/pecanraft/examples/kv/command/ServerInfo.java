package io.pecanraft.examples.kv.command;

import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What commands may know about the server they run on.
 *
 * @param version of this program
 * @param id the node's name
 * @param node the Raft node
 * @param store how the keys stand
 * @param counters what is counted
 * @param port where clients connect
 * @param hold how long a request may take before it is answered that it has not ended
 * @param startedAt when the process started
 */
public record ServerInfo(
        String version,
        NodeId id,
        RaftNode node,
        Supplier<StoreStatus> store,
        Counters counters,
        int port,
        Duration hold,
        Instant startedAt) {}
