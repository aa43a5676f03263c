package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogLinesTest {

    private static final class Counting implements RaftMetrics {
        private int lost;

        @Override
        public void logLineLost() {
            lost++;
        }
    }

    private final VirtualTime time = new VirtualTime();
    private final List<Throwable> escaped = new ArrayList<>();
    private final Counting metrics = new Counting();
    private final LogLines lines = new LogLines(new Lane(time::execute, escaped::add), 3, metrics);
    private final NodeLog log = new NodeLog(
            new StorageIdentity(ClusterId.fromName("test"), GroupId.DEFAULT, NodeId.of("n1"), new Incarnation(1, 1)),
            lines);

    @RegisterExtension
    final WrittenLines written = new WrittenLines(Level.WARN);

    @Test
    void aLineSaysHowThingsStoodWhenItAroseAndIsWrittenLater() {
        log.now(7, RaftRole.LEADER);
        log.warn().addKeyValue("lastIndex", 41).log("first");
        log.now(8, RaftRole.FOLLOWER);
        log.error().setCause(new IllegalStateException("why")).log("second");
        assertThat(written.list()).isEmpty();

        time.settle();

        assertThat(written.list()).extracting(ILoggingEvent::getMessage).containsExactly("first", "second");
        assertThat(written.list().get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("node=n1", "group=0", "term=7", "role=LEADER", "lastIndex=41");
        assertThat(written.list().get(1).getThrowableProxy().getMessage()).isEqualTo("why");
        assertThat(written.list().get(0).getLoggerName()).isEqualTo(RaftNode.class.getName());
    }

    @Test
    void whatDoesNotFitIsLostAndCountedOnceThereIsRoom() {
        for (int i = 1; i <= 5; i++) {
            log.warn().log("line " + i);
        }
        assertThat(metrics.lost).isEqualTo(2);
        time.settle();
        log.warn().log("line 6");
        time.settle();

        assertThat(written.list())
                .extracting(ILoggingEvent::getMessage)
                .containsExactly("line 1", "line 2", "line 3", "log lines were lost", "line 6");
        assertThat(written.list().get(3).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .contains("count=2");
    }

    @Test
    void aLineThatCannotBeWrittenStopsNobody() {
        lines.add(() -> {
            throw new IllegalStateException("thrown on purpose by a test");
        });
        log.warn().log("next");
        time.settle();

        assertThat(written.list()).extracting(ILoggingEvent::getMessage).containsExactly("next");
        assertThat(metrics.lost).isEqualTo(1);
        assertThat(escaped).isEmpty();
    }
}
