package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftRole;
import org.junit.jupiter.api.Test;

/** Leader election (§5.2, thesis §9.6, §6.2). */
class Section5_2ElectionTest {

    @Test
    void aClusterElectsOneLeaderAndKeepsIt() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.runMillis(1_000);
        VirtualServer leader = cluster.leader().orElseThrow();
        long term = leader.raft.currentTerm();
        cluster.runMillis(5_000);
        assertThat(cluster.servers).allMatch(server -> server.raft.currentTerm() == term);
        assertThat(cluster.servers)
                .filteredOn(server -> server.raft.role() == RaftRole.LEADER)
                .containsExactly(leader);
    }
}
