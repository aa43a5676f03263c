package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RepairMarker;
import io.pecanraft.testkit.disk.DiskMoment.Tear;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** K3: what a process that died had written, but not flushed, is on the disk before recovery tells anybody of it. */
class RecoveryFlushesTest {

    @TempDir(factory = InMemory.class)
    Path temporary;

    @Test
    void whatWasRecoveredSurvivesALossOfPowerThatLeavesNothingUnflushed() throws IOException {
        PowerCutDisk disk = TestLog.killedWith(temporary.resolve("live"), temporary.resolve("killed"), 10, 20);
        Path image = temporary.resolve("image");
        try (TestLog log = TestLog.open(disk.root(), new PowerCutBarrier(disk))) {
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
