package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pecanraft.spi.SnapshotStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ScrubberRoundsTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ScrubberRounds.class);

    private final ScheduledExecutorService thread = OccasionalThread.named("scrubs");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<ScrubberRounds> rounds = new ArrayList<>();
    private final CompletableFuture<Error> error = new CompletableFuture<>();

    @BeforeEach
    void listen() {
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void end() {
        rounds.forEach(ScrubberRounds::close);
        LOG.detachAppender(lines);
        thread.shutdown();
    }

    /** At a pace at which a large snapshot is never read to its end. */
    private ScrubberRounds begin(SnapshotStore snapshots) {
        ChronicleStorageConfig config = TestLog.small()
                .scrubBytesPerSecond(1)
                .scrubPause(Duration.ofMillis(1))
                .build();
        ScrubberRounds begun = new ScrubberRounds(
                thread, () -> LogView.EMPTY, snapshots, config, damage -> {}, error::complete, "n1-g0");
        rounds.add(begun);
        return begun;
    }

    @Test
    void aLogThatIsClosedInTheMidstOfItsRoundLeavesTheThreadToTheOthers() throws Exception {
        CompletableFuture<Void> amidst = new CompletableFuture<>();
        CompletableFuture<Void> looked = new CompletableFuture<>();
        PlayedSnapshots large =
                new PlayedSnapshots(() -> Optional.of(PlayedSnapshots.of(1 << 20)), () -> amidst.complete(null));
        PlayedSnapshots none = new PlayedSnapshots(
                () -> {
                    looked.complete(null);
                    return Optional.empty();
                },
                () -> {});
        ScrubberRounds slow = begin(large);
        amidst.get(60, TimeUnit.SECONDS);
        begin(none);
        assertThat(looked).as("one at a time").isNotDone();
        slow.close();
        looked.get(60, TimeUnit.SECONDS);
        assertThat(lines.list).isEmpty();
    }

    @Test
    void aRoundThatFailsIsToldOfWithTheNameOfItsLogAndIsNotTheLast() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CompletableFuture<Void> again = new CompletableFuture<>();
        PlayedSnapshots failing = new PlayedSnapshots(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new IllegalStateException("played");
                    }
                    again.complete(null);
                    return Optional.empty();
                },
                () -> {});
        begin(failing);
        again.get(60, TimeUnit.SECONDS);
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("the log could not be read again in the background");
            assertThat(line.getKeyValuePairs())
                    .anySatisfy(pair -> assertThat(pair.value).isEqualTo("n1-g0"));
        });
        assertThat(error).isNotDone();
    }

    /** As on any other thread of a node. */
    @Test
    void anErrorIsGivenToTheLog() throws Exception {
        PlayedSnapshots broken = new PlayedSnapshots(
                () -> {
                    throw new OutOfMemoryError("played");
                },
                () -> {});
        begin(broken);
        assertThat(error.get(60, TimeUnit.SECONDS)).hasMessage("played");
    }
}
