package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * A newest segment of whatever records, each with right checksums. It is judged, and what of it is taken for sound can be read; or it is
 * damage, or of a later version, in the storage's own words.
 */
class SegmentFuzzTest extends HostileInputContract {

    private final FuzzedDirectory directory = new FuzzedDirectory();

    SegmentFuzzTest() throws IOException {}

    @AfterEach
    void removeDirectory() throws IOException {
        directory.close();
    }

    @Override
    protected List<byte[]> samples() throws IOException {
        return List.of(directory.essence(directory.newestSegment()));
    }

    // Windows in which files are read.
    @Override
    protected long allocationLimitBytes(int inputBytes) {
        return (32 << 20) + super.allocationLimitBytes(inputBytes);
    }

    @Override
    protected int inputs() {
        return 2_000;
    }

    @Override
    protected void decode(byte[] input) throws IOException {
        Path copy = directory.copyWith(directory.newestSegment(), input);
        try (StorageInspection inspection = StorageInspection.open(copy)) {
            StorageReport report = inspection.report();
            long[] next = {report.base().index() + 1};
            inspection.forEachEntry(
                    1, Long.MAX_VALUE, entry -> assertThat(entry.index()).isEqualTo(next[0]++));
            assertThat(next[0]).isEqualTo(report.last().index() + 1);
        } catch (StorageException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        } finally {
            FileTree.delete(copy);
        }
    }
}
