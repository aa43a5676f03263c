package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.StorageFullException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D16: simulated disks that fill up, and have room again. */
class FullDiskTest {

    private static final Duration A_MOMENT = Duration.ofMillis(50);

    private final SimCluster cluster =
            SimCluster.builder().stateMachine(node -> new Tally()).build();
    private SimNode leader;

    @BeforeEach
    void oneLeads() {
        cluster.start();
        leader = cluster.awaitLeader();
        cluster.await(leader.propose(add(1)));
    }

    @Test
    void theLeaderRefusesUntilThereIsRoom() {
        leader.disk().fillUp(1_000);
        cluster.run(A_MOMENT);
        assertThatThrownBy(() -> cluster.await(leader.propose(add(10)))).isInstanceOf(StorageFullException.class);
        assertThat(number(cluster.await(leader.read(get())))).isEqualTo(1);
        leader.disk().makeRoom();
        cluster.run(A_MOMENT);
        assertThat(number(cluster.await(leader.propose(add(100))).reply())).isEqualTo(101);
    }

    @Test
    void aFollowerWithoutAnyRoomCatchesUpWhenThereIs() {
        SimNode follower = cluster.nodes().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        follower.disk().fillUp(0);
        for (int i = 0; i < 20; i++) {
            cluster.await(leader.propose(add(1)));
        }
        cluster.run(A_MOMENT);
        assertThat(follower.disk().durable().lastIndex())
                .isLessThan(leader.disk().durable().lastIndex());
        follower.disk().makeRoom();
        cluster.awaitConvergence();
        assertThat(follower.disk().durable().lastIndex())
                .isEqualTo(leader.disk().durable().lastIndex());
    }

    @Test
    void whoeverStartsOnAFullDiskIsTold() {
        cluster.nodes().forEach(node -> node.disk().fillUp(1_000));
        cluster.nodes().forEach(node -> node.restart(SimNode.Crash.PROCESS));
        SimNode next = cluster.awaitLeader();
        assertThatThrownBy(() -> cluster.await(next.propose(add(10)))).isInstanceOf(StorageFullException.class);
    }
}
