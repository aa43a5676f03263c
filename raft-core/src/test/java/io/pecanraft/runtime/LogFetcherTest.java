package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.LogEntry;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LogFetcherTest {

    private final StorageException damaged = new StorageException(Reason.CORRUPT, "record 17 is damaged");

    private final CompletableFuture<List<LogEntry>> answer = new CompletableFuture<>();
    private final Mailbox mailbox = new Mailbox(100, 100, () -> {});
    private final LogFetcher fetcher = new LogFetcher(new AnsweringLog(answer), mailbox);

    @Test
    void entriesComeBackWithTheToken() {
        List<LogEntry> entries = List.of(LogEntry.noOp(17, 1, 0));
        fetcher.fetch(new Effect.ReadLog(3, 17, 20, 100));
        answer.complete(entries);
        assertThat(mailbox.poll()).isEqualTo(new Input.LogRead(3, entries));
    }

    /** R16 (openraft#1795): what cannot be read is not "not there". */
    @Test
    void damageStopsTheNode() {
        fetcher.compacted(16);
        fetcher.fetch(new Effect.ReadLog(3, 17, 20, 100));
        answer.completeExceptionally(damaged);
        assertThat(mailbox.poll())
                .isInstanceOfSatisfying(
                        Input.Broken.class,
                        broken -> assertThat(broken.cause())
                                .hasMessageContaining("from 17 on")
                                .hasCause(damaged));
    }

    @Test
    void aReadThatCompactionOvertakesFindsNothing() {
        fetcher.fetch(new Effect.ReadLog(3, 17, 20, 100));
        fetcher.compacted(17);
        answer.completeExceptionally(damaged);
        assertThat(mailbox.poll()).isEqualTo(new Input.LogRead(3, List.of()));
    }

    @Test
    void aReadThatATruncationOvertakesFindsNothing() {
        fetcher.fetch(new Effect.ReadLog(3, 17, 20, 100));
        fetcher.entriesReplaced();
        answer.completeExceptionally(damaged);
        assertThat(mailbox.poll()).isEqualTo(new Input.LogRead(3, List.of()));
    }

    private record AnsweringLog(CompletableFuture<List<LogEntry>> answer) implements RaftLog {

        @Override
        public RecoveredLog recover() {
            return RecoveredLog.empty();
        }

        @Override
        public void start(Listener listener) {}

        @Override
        public void write(LogWrite write) {}

        @Override
        public CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes) {
            return answer;
        }

        @Override
        public void condemn(StorageException why) {}

        @Override
        public void compact(long throughIndex) {}
    }
}
