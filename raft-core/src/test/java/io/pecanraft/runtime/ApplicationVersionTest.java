package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** K19: what nodes show of application versions. */
class ApplicationVersionTest {

    @RegisterExtension
    final WrittenLines written = new WrittenLines(Level.WARN);

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    private static RaftConfig version(int applicationVersion) {
        return CONFIG.toBuilder().applicationVersion(applicationVersion).build();
    }

    /** Of n3 version 2, of the others 4. */
    private RaftNode start() {
        cluster.start("n1", version(4));
        cluster.start("n2", version(4));
        cluster.start("n3", version(2));
        return cluster.awaitLeader();
    }

    private NodeStatus status(String name) {
        return cluster.nodes.get(name).status();
    }

    @Test
    void everyNodeShowsItsOwnAndTheLeastOfAllAndTheLeaderWhoRunsWhat() {
        RaftNode leader = start();
        assertThat(status("n1").applicationVersion()).isEqualTo(4);
        assertThat(status("n3").applicationVersion()).isEqualTo(2);
        assertThat(cluster.nodes.values())
                .allSatisfy(node -> assertThat(node.status().minimumVersion()).hasValue(2));
        for (NodeStatus.FollowerStatus follower : leader.status().followers()) {
            assertThat(follower.applicationVersion())
                    .hasValue(status(follower.member().node().value()).applicationVersion());
        }
    }

    @Test
    void aNodeThatIsNotStartedOrClosedKnowsItsOwnAlone() {
        RaftNode node = cluster.build("n1", version(4));
        assertThat(node.status().applicationVersion()).isEqualTo(4);
        assertThat(node.status().minimumVersion()).isEqualTo(OptionalInt.empty());
        start();
        RaftNode closed = cluster.nodes.get("n2");
        cluster.close(closed);
        assertThat(closed.status().applicationVersion()).isEqualTo(4);
        assertThat(closed.status().minimumVersion()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void whatAllHaveIsOutOfDateWhenOneIsRolledBackAndTheLeaderSaysSo() {
        RaftNode leader = start();
        String follower = cluster.follower().status().identity().node().value();
        cluster.close(cluster.follower());
        cluster.start(follower, version(1));
        cluster.time.advanceMillis(500);
        assertThat(leader.status().minimumVersion()).hasValue(1);
        assertThat(written.list())
                .filteredOn(line -> line.getMessage().contains("older application version"))
                .extracting(ILoggingEvent::getKeyValuePairs)
                .singleElement()
                .satisfies(pairs -> assertThat(pairs.toString()).contains(follower, "version=\"1\"", "2"));
    }

    @Test
    void aVersionIsNotNegative() {
        assertThatThrownBy(() -> version(-1))
                .hasMessageContaining("applicationVersion must be from 0 to 2147483647, got -1");
    }
}
