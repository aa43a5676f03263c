package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.pecanraft.RaftNode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every change of role, leader, members and snapshots is one line that says who, when and why. */
class ChangeLinesTest {

    @RegisterExtension
    final WrittenLines written = new WrittenLines(Level.INFO);

    private static Map<String, String> pairs(ILoggingEvent line) {
        Map<String, String> pairs = new TreeMap<>();
        line.getKeyValuePairs().forEach(pair -> pairs.put(pair.key, String.valueOf(pair.value)));
        return pairs;
    }

    @Test
    void everyChangeSaysWhoWhenAndWhy() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(TestCluster.CONFIG);
        leader.takeSnapshot();
        cluster.time.settle();

        assertThat(written.list())
                .extracting(ILoggingEvent::getMessage)
                .contains(
                        "waiting for members to form the cluster",
                        "cluster is formed",
                        "became leader",
                        "leader changed",
                        "membership changed",
                        "took a snapshot");
        written.list()
                .removeIf(line -> line.getMessage().equals("node started")); // says what it found, and changes nothing
        for (ILoggingEvent line : written.list()) {
            assertThat(pairs(line)).as(line.getMessage()).containsKeys("node", "group", "term", "role", "reason");
            assertThat(pairs(line).get("reason")).as(line.getMessage()).isNotBlank();
            if (line.getMessage().equals("leader changed")) {
                assertThat(pairs(line).get("term")).isEqualTo(pairs(line).get("leaderTerm"));
            }
            if (line.getMessage().startsWith("waiting for members")) {
                assertThat(pairs(line)).containsKeys("missing", "seen");
            }
        }
    }
}
