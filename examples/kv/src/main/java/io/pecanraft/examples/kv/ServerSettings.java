package io.pecanraft.examples.kv;

import io.pecanraft.RaftConfig;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.resp.ClientSecurity;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server needs to know, checked.
 *
 * @param node its name
 * @param founders the founding members, it among them; empty for a server that waits to be added
 * @param cluster the identity of the cluster
 * @param listen where clients connect
 * @param advertise where clients reach it from elsewhere
 * @param http where supervisors ask; empty for nowhere
 * @param httpAdmin whether the console there may change anything
 * @param raftListen where other nodes connect
 * @param data its directory
 * @param storage how it keeps things there
 * @param raft settings of the Raft node
 * @param hold how long requests wait for a leader
 * @param limits limits of the RESP server
 * @param transport how it talks to other nodes
 * @param clients what clients must do before they are served
 */
record ServerSettings(
        NodeId node,
        Optional<MemberList> founders,
        ClusterId cluster,
        HostPort listen,
        HostPort advertise,
        Optional<HostPort> http,
        boolean httpAdmin,
        HostPort raftListen,
        Path data,
        ChronicleStorageConfig storage,
        RaftConfig raft,
        HoldPolicy hold,
        RespLimits limits,
        NettyTransportConfig transport,
        ClientSecurity clients) {

    /** Where the HTTP port is reached from elsewhere; empty for nowhere. */
    Optional<HostPort> advertiseHttp() {
        return http.map(address -> address.isWildcard() ? new HostPort(advertise.host(), address.port()) : address);
    }
}
