package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A start from a directory one of whose files holds whatever, with a right checksum: it does what an inspection has foretold, which may
 * be to refuse, and nothing else.
 *
 * <p>The first byte of the input says which file.
 */
class RecoveryFuzzTest extends HostileInputContract {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.pecanraft.log");

    private final FuzzedDirectory directory = new FuzzedDirectory();
    private final StorageIdentity identity = directory.identity();
    private final @Nullable Level level = LOG.getLevel();

    /** What is to be said about damage would drown everything else. */
    RecoveryFuzzTest() throws IOException {
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void removeDirectory() throws IOException {
        directory.close();
        LOG.setLevel(level);
    }

    @Test
    void withoutAChangeItGoesOn() throws IOException {
        for (Path file : directory.files()) {
            Path copy = directory.copyWith(file, directory.essence(file));
            assertThat(start(copy).did()).as(file.toString()).isEqualTo(AtStart.GOES_ON);
        }
    }

    @Override
    protected List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (Path file : directory.files()) {
            byte[] essence = directory.essence(file);
            samples.add(ByteBuffer.allocate(1 + essence.length)
                    .put((byte) samples.size())
                    .put(essence)
                    .array());
        }
        return samples;
    }

    // Windows in which files are read, and Chronicle itself.
    @Override
    protected long allocationLimitBytes(int inputBytes) {
        return (64 << 20) + super.allocationLimitBytes(inputBytes);
    }

    @Override
    protected int inputs() {
        return 100;
    }

    @Override
    protected void decode(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        List<Path> files = directory.files();
        Path copy = directory.copyWith(
                files.get((input[0] & 0xff) % files.size()), Arrays.copyOfRange(input, 1, input.length));
        try {
            AtStart foretold = foretold(copy);
            Start start = start(copy);
            assertThat(start.did())
                    .as("a start that an inspection has foretold; refused: %s", start.refusal())
                    .isEqualTo(foretold);
        } finally {
            FileTree.delete(copy);
        }
    }

    /** What a start did, and why if it refused. */
    private record Start(AtStart did, @Nullable StorageException refusal) {}

    /** As far as what a start did can be told from what it has left. */
    private AtStart foretold(Path copy) {
        try (StorageInspection inspection = StorageInspection.open(copy)) {
            StorageReport report = inspection.report();
            if (!report.identity().equals(identity)) {
                return AtStart.REFUSES; // Whose data it should be only the one knows who starts it.
            }
            return switch (report.atStart()) {
                case CUTS_TORN_TAIL -> report.repair().repairing() ? AtStart.REFILLS_FROM_OTHERS : AtStart.GOES_ON;
                case GOES_ON_BEING_REFILLED -> AtStart.REFILLS_FROM_OTHERS;
                case GOES_ON, REFILLS_FROM_OTHERS, BECOMES_NEW_INCARNATION, REFUSES -> report.atStart();
            };
        } catch (StorageException refused) {
            return AtStart.REFUSES;
        }
    }

    private static Start start(Path copy) throws IOException {
        try (TestLog log = TestLog.open(copy, CrashImages.NO_FLUSH)) {
            boolean repairing = log.recovered.repair().repairing();
            AtStart did = !new DirectoryLayout(copy).allSetAside().isEmpty()
                    ? AtStart.BECOMES_NEW_INCARNATION
                    : repairing ? AtStart.REFILLS_FROM_OTHERS : AtStart.GOES_ON;
            return new Start(did, null);
        } catch (StorageException refusal) {
            return new Start(AtStart.REFUSES, refusal);
        }
    }
}
