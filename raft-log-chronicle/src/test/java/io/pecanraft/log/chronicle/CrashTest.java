package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Death of the process and loss of power at any flush, several times in a row: kill -9, restart, acknowledge, power cut. */
class CrashTest {

    private static final int SEEDS = Integer.getInteger("crash.seeds", 30);

    @TempDir(factory = InMemory.class)
    Path directory;

    /** D10, D15. {@code -Dcrash.seed=N} repeats one. */
    @Test
    void whatWasAcknowledgedSurvivesAndWhatWasRemovedStaysAway() {
        survives(SEEDS, TestLog.smallSegments());
    }

    @Test
    void withoutFlushesWhatWasAcknowledgedSurvivesTheDeathOfTheProcess() {
        survives(SEEDS / 4, TestLog.small().durability(Durability.PROCESS_CRASH).build());
    }

    private void survives(int seeds, ChronicleStorageConfig config) {
        Long single = Long.getLong("crash.seed");
        long first = single == null ? 1 : single;
        long last = single == null ? seeds : single;
        int crashes = 0;
        for (long seed = first; seed <= last; seed++) {
            try {
                crashes += new CrashScenario(seed, directory.resolve("seed-" + seed), config).run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + " failed; repeat with -Dcrash.seed=" + seed, e);
            }
        }
        assertThat(crashes).isPositive();
    }
}
