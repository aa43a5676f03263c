package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLayoutTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final List<Long> flushedAt = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();

    private final Barrier barrier = new Barrier() {
        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            flushedAt.add(channel.size());
        }

        @Override
        public void forceDirectory(Path flushed) {}
    };

    /** A flush of 64 MiB of zeros would hold up those of the log for as long as the disk takes for it. */
    @Test
    void zerosAreFlushedInSmallStepsWithPauses() throws IOException {
        new SegmentLayout(directory, barrier, Durability.POWER_LOSS, pauses::add)
                .layOut(4 * MIB + 4096, 0, () -> false);
        assertThat(flushedAt).containsExactly(MIB, 2 * MIB, 3 * MIB, 4 * MIB, 4 * MIB + 4096);
        assertThat(pauses).hasSize(4).allMatch(nanos -> nanos > 0 && nanos <= 20_000_000);
    }

    @Test
    void whoeverWaitsIsNotKeptWaiting() throws IOException {
        new SegmentLayout(directory, barrier, Durability.POWER_LOSS, pauses::add)
                .layOut(4 * MIB, 0, () -> flushedAt.size() > 1);
        assertThat(flushedAt).containsExactly(MIB, 2 * MIB, 3 * MIB, 4 * MIB);
        assertThat(pauses).hasSize(1);
    }
}
