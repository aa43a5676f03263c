package io.pecanraft.examples.kv.http;

import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.command.CertificateExpiry;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the console shows, and whether it may change anything.
 *
 * @param version of this program
 * @param id the node's name
 * @param node the Raft node
 * @param store how the keys stand
 * @param counters what the RESP server counts
 * @param data the node's directory
 * @param host by which the HTTP port was bound or is advertised: a browser that was led here by another name may change nothing
 * @param admin whether the console may change anything
 * @param certificates how long they last
 */
public record ConsoleSettings(
        String version,
        NodeId id,
        RaftNode node,
        Supplier<StoreStatus> store,
        Counters counters,
        Path data,
        String host,
        boolean admin,
        Supplier<List<CertificateExpiry>> certificates) {}
