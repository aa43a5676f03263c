package io.pecanraft.examples.kv;

import io.pecanraft.RaftConfig;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.resp.ClientSecurity;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Servers n1, n2, ... in the process of a test, at ports that nobody uses. */
final class InProcess {

    static final Duration HOLD = Duration.ofSeconds(2);

    /** Laying out the large ones that are the default takes longer than most tests. */
    static final ChronicleStorageConfig SMALL_FILES =
            ChronicleStorageConfig.builder().segmentBytes(8 << 20).build();

    private final Path directory;
    private final List<HostPort> clients = new ArrayList<>();
    private final List<HostPort> http = new ArrayList<>();
    private final List<HostPort> raft = new ArrayList<>();
    private final MemberList members;

    InProcess(Path directory, int size) {
        this.directory = directory;
        List<Integer> ports = Program.unusedPorts(3 * size);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            clients.add(new HostPort("127.0.0.1", ports.get(3 * i)));
            http.add(new HostPort("127.0.0.1", ports.get(3 * i + 1)));
            raft.add(new HostPort("127.0.0.1", ports.get(3 * i + 2)));
            names.add(ProcessCluster.name(i) + "=" + raft.get(i));
        }
        this.members = MemberList.parse(String.join(",", names));
    }

    HostPort clients(int i) {
        return clients.get(i);
    }

    HostPort http(int i) {
        return http.get(i);
    }

    HostPort raft(int i) {
        return raft.get(i);
    }

    ServerSettings settings(int i) {
        return settings(i, transport -> transport);
    }

    ServerSettings settings(int i, UnaryOperator<NettyTransportConfig.Builder> transport) {
        return settings(i, Optional.of(members), true, transport);
    }

    /** The console of this one changes nothing. */
    ServerSettings readOnly(int i) {
        return settings(i, Optional.of(members), false, transport -> transport);
    }

    /** This one has founded no cluster, and waits to be added to one. */
    ServerSettings joining(int i) {
        return settings(i, Optional.empty(), true, transport -> transport);
    }

    private ServerSettings settings(
            int i,
            Optional<MemberList> founders,
            boolean admin,
            UnaryOperator<NettyTransportConfig.Builder> transport) {
        return new ServerSettings(
                NodeId.of(ProcessCluster.name(i)),
                founders,
                ClusterId.fromBootstrap(members.members()),
                clients(i),
                clients(i),
                Optional.of(http(i)),
                admin,
                raft.get(i),
                directory.resolve(ProcessCluster.name(i)),
                SMALL_FILES,
                RaftConfig.builder()
                        .applicationVersion(OperationCodec.VERSION)
                        .proposalTimeout(HOLD)
                        .readTimeout(HOLD.dividedBy(2))
                        .build(),
                new HoldPolicy(HOLD),
                RespLimits.DEFAULTS,
                transport
                        .apply(NettyTransportConfig.builder()
                                .listen("127.0.0.1", raft.get(i).port()))
                        .build(),
                ClientSecurity.NONE);
    }
}
