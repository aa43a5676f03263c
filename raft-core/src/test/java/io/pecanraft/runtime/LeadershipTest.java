package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.LeadershipListener;
import io.pecanraft.RaftNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** K19: who leads learns so when it can act, with a fencing token, and learns when it is over. */
class LeadershipTest {

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");
    private final List<String> told = new ArrayList<>();

    private final class Listener implements LeadershipListener {

        private final String name;

        private Listener(String name) {
            this.name = name;
        }

        @Override
        public void elected(long term) {
            told.add(name + " elected " + term);
        }

        @Override
        public void lost(long term) {
            told.add(name + " lost " + term);
        }
    }

    @Test
    void aNodeIsToldThatItLeadsOnceItHasAppliedAnEntryOfItsTerm() {
        cluster.applyExecutor.hold();
        cluster.useOwnCallbacks();
        for (String name : List.of("n1", "n2", "n3")) {
            cluster.start(name, CONFIG).onLeadership(new Listener(name));
        }
        cluster.applyExecutor.release(); // recovery ends there
        cluster.time.settle();
        cluster.applyExecutor.hold();
        RaftNode leader = cluster.awaitLeader();
        assertThat(leader.status().commitIndex()).isPositive();
        assertThat(told).isEmpty();

        cluster.applyExecutor.release();
        cluster.time.settle();
        assertThat(told)
                .containsExactly(nameOf(leader) + " elected " + leader.status().term());
    }

    @Test
    void itIsToldWhenItLeadsNoLongerAndTheNextHasAGreaterToken() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.nodes.forEach((name, node) -> node.onLeadership(new Listener(name)));
        cluster.time.settle();
        long term = leader.status().term();
        cluster.isolate(leader);
        cluster.time.advanceMillis(6_000);
        RaftNode next = cluster.awaitLeader();

        assertThat(told)
                .containsExactlyInAnyOrder(
                        nameOf(leader) + " elected " + term,
                        nameOf(leader) + " lost " + term,
                        nameOf(next) + " elected " + next.status().term());
        assertThat(next.status().term()).isGreaterThan(term);
    }

    @Test
    void closingEndsLeadership() {
        RaftNode leader = cluster.startAll(CONFIG);
        leader.onLeadership(new Listener("leader"));
        cluster.close(leader);
        long term = leader.status().term();
        assertThat(told).containsExactly("leader elected " + term, "leader lost " + term);
    }

    /** It learns how things stand, not what happened meanwhile. */
    @Test
    void aListenerThatWasHeldUpIsNotToldOfALeadershipThatIsOver() {
        cluster.useOwnCallbacks();
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.callbackExecutor.hold();
        leader.onLeadership(new Listener("leader"));
        cluster.isolate(leader);
        cluster.time.advanceMillis(6_000);
        cluster.callbackExecutor.release();
        cluster.time.settle();
        assertThat(told).isEmpty();
    }

    @Test
    void aListenerThatThrowsHearsTheRestAndOneThatHasClosedHearsNothing() {
        RaftNode leader = cluster.startAll(CONFIG);
        leader.onLeadership(new LeadershipListener() {
            @Override
            public void elected(long term) {
                throw new IllegalStateException("thrown on purpose by a test");
            }

            @Override
            public void lost(long term) {
                told.add("lost");
            }
        });
        RaftNode.Subscription closed = leader.onLeadership(new Listener("closed"));
        closed.close();
        cluster.time.settle();
        cluster.close(leader);
        assertThat(told).containsExactly("lost");
    }

    private static String nameOf(RaftNode node) {
        return node.status().identity().node().value();
    }
}
