package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.log.chronicle.DiskMoment.Tear;
import io.pecanraft.model.RepairMarker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** K3: what a process that died had written, but not flushed, is on the disk before recovery tells anybody of it. */
class RecoveryFlushesTest {

    @TempDir
    Path temporary;

    /** Dies when it is about to flush twenty entries more. */
    private PowerCutDisk killedWithUnflushedEntries() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(temporary.resolve("live"));
        List<PowerCutDisk> left = new ArrayList<>();
        try (TestLog log = TestLog.open(disk.root(), disk)) {
            log.aloneInTerm(1);
            log.append(entries(1, 10, 1));
            disk.observe((at, flushing) -> {
                disk.observe(null);
                left.add(at.crash(PowerCutDisk.Crash.PROCESS_DIES, temporary.resolve("killed"), new Random(1)));
            });
            log.append(entries(11, 30, 1));
        }
        disk.close();
        return left.get(0);
    }

    @Test
    void whatWasRecoveredSurvivesALossOfPowerThatLeavesNothingUnflushed() throws IOException {
        PowerCutDisk disk = killedWithUnflushedEntries();
        Path image = temporary.resolve("image");
        try (TestLog log = TestLog.open(disk.root(), disk)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(30);
            disk.moment().write(image, new BitSet(), Tear.WHOLE, new Random(1));
        }
        disk.close();
        try (TestLog log = TestLog.open(image)) {
            assertThat(log.recovered.repair()).isEqualTo(RepairMarker.NONE);
            assertThat(log.readAll(30)).isEqualTo(entries(1, 30, 1));
        }
    }
}
