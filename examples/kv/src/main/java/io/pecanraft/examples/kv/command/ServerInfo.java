package io.pecanraft.examples.kv.command;

import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.resp.Password;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
 * @param advertised host:port by which clients reach it from elsewhere
 * @param password what clients must know; empty for nothing
 * @param hold how long a request may take before it is answered that it has not ended
 * @param startedAt when the process started
 * @param certificates how long they last
 */
public record ServerInfo(
        String version,
        NodeId id,
        RaftNode node,
        Supplier<StoreStatus> store,
        Counters counters,
        int port,
        String advertised,
        Optional<Password> password,
        Duration hold,
        Instant startedAt,
        Supplier<List<CertificateExpiry>> certificates) {}
