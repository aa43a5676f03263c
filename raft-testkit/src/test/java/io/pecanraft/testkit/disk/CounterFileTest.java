package io.pecanraft.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.disk.DiskMoment.Tear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How somebody tests what he keeps on a disk: here a counter in a file, which is replaced. */
class CounterFileTest {

    private static final int COUNTS = 5;

    @TempDir
    Path directory;

    /** Replaces the counter; what it was or what it is now is there after any loss of power, and the latter once this has returned. */
    private static void store(PowerCutDisk disk, int count, boolean forgetful) throws IOException {
        Path next = disk.root().resolve("counter.next");
        Files.writeString(next, Integer.toString(count));
        if (!forgetful) {
            disk.flush(next);
        }
        Files.move(
                next,
                disk.root().resolve("counter"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        disk.flushDirectory(disk.root());
    }

    private static int load(Path root) throws IOException {
        Path counter = root.resolve("counter");
        return Files.exists(counter) ? Integer.parseInt(Files.readString(counter)) : 0;
    }

    private int countWithLossesOfPower(boolean forgetful) throws IOException {
        AtomicInteger stored = new AtomicInteger();
        AtomicInteger images = new AtomicInteger();
        Random random = new Random(1);
        // tag::crash
        try (PowerCutDisk disk = new PowerCutDisk(directory.resolve("live"), name -> name.endsWith(".next"))) {
            disk.observe((at, flushing) -> {
                DiskMoment moment = at.moment();
                for (long kept = 0; kept < 1L << moment.changes(); kept++) {
                    Path image = directory.resolve("image-" + images.incrementAndGet());
                    moment.write(image, BitSet.valueOf(new long[] {kept}), Tear.WORDS, random);
                    assertThat(load(image)).isBetween(stored.get(), stored.get() + 1);
                }
            });
            for (int count = 1; count <= COUNTS; count++) {
                store(disk, count, forgetful);
                stored.set(count);
            }
        }
        // end::crash
        return images.get();
    }

    @Test
    void whatIsReplacedInOrderSurvivesEveryLossOfPower() throws IOException {
        assertThat(countWithLossesOfPower(false)).isGreaterThan(4 * COUNTS);
    }

    /** Its name then leads to what is not on the disk yet. */
    @Test
    void aFileThatIsNotFlushedBeforeItIsNamedIsFoundOut() {
        assertThatThrownBy(() -> countWithLossesOfPower(true))
                .isInstanceOfAny(AssertionError.class, NumberFormatException.class);
    }
}
