package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.log.chronicle.SoundDirectory.Outcome;
import io.pecanraft.testkit.disk.PowerCutDisk;
import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A damaged log is recovered, and the process dies, or the power fails, at every flush of that. Whatever is left, the next start knows of
 * the loss: it finds the marker, or the damage once more, and never a log that is short and seems sound (K21).
 *
 * <p>The build crashes at one in {@value #DEFAULT_ONE_IN} flushes, {@code -Drepair.oneIn=1} at all and more often; {@code
 * -Drepair.seed=N} draws others.
 */
class CrashDuringRepairTest {

    private static final int DEFAULT_ONE_IN = 8;
    private static final int ONE_IN = Integer.getInteger("repair.oneIn", DEFAULT_ONE_IN);
    private static final int POWER_CUTS_AT_A_FLUSH = ONE_IN == 1 ? 8 : 2;
    private static final long SEED = Long.getLong("repair.seed", 1);

    /** The damage may be found twice: the crash came after the marker and before the cut. */
    private static final int MOST_EPOCHS = 2;

    @TempDir(factory = InMemory.class)
    Path temporary;

    private final Random random = new Random(SEED);

    enum Damage {
        FIRST_HEADER,
        MIDDLE_OF_THE_LOG,
        NEWEST_SEGMENT,
        NEWEST_SEGMENT_GONE,
        WATERMARK_GONE;

        void to(Path directory) throws IOException {
            NavigableMap<Long, Path> segments = DirectoryLayout.segments(directory.resolve("data/log"));
            Path first = segments.firstEntry().getValue();
            Path newest = segments.lastEntry().getValue();
            switch (this) {
                case FIRST_HEADER -> overwrite(first, 8_500);
                case MIDDLE_OF_THE_LOG -> overwrite(first, 30_000);
                case NEWEST_SEGMENT -> overwrite(newest, 20_000);
                case NEWEST_SEGMENT_GONE -> FileTree.delete(newest);
                case WATERMARK_GONE -> Files.delete(directory.resolve("data/watermark"));
            }
        }

        private static void overwrite(Path segment, long position) throws IOException {
            DamageTest.overwrite(segment.resolve(DirectoryLayout.SEGMENT_FILE), position, new byte[64]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLossIsNeverForgotten(Damage damage) throws IOException {
        SoundDirectory sound = new SoundDirectory(temporary);
        Path copy = sound.copy();
        damage.to(copy);
        PowerCutDisk disk = PowerCutBarrier.diskOf(copy);
        List<Path> images = new ArrayList<>();
        disk.observe((at, flushing) -> {
            if (random.nextInt(ONE_IN) != 0) {
                return;
            }
            images.add(image(at, Crash.PROCESS_DIES, images.size()));
            for (int i = 0; i < POWER_CUTS_AT_A_FLUSH; i++) {
                images.add(image(at, Crash.POWER_FAILS, images.size()));
            }
        });
        TestLog.open(copy, new PowerCutBarrier(disk)).close();
        disk.close();
        assertThat(images).isNotEmpty();
        for (Path image : images) {
            assertThat(sound.check(image, MOST_EPOCHS))
                    .as("%s, -Drepair.seed=%d", image, SEED)
                    .isEqualTo(Outcome.REPAIRED);
            FileTree.delete(image);
        }
        System.out.println("[measured] " + damage + ": " + images.size() + " crashes while it is recovered");
    }

    private Path image(PowerCutDisk disk, Crash crash, int number) throws IOException {
        Path image = temporary.resolve("crashed-" + number);
        disk.crash(crash, image, random).close();
        return image;
    }
}
