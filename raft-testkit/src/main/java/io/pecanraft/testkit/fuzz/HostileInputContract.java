package io.pecanraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What every decoder owes whoever writes to it, friend or not: it accepts or refuses in its own words, and takes no more memory than
 * the input is worth.
 *
 * <pre>{@code
 * class CommandFuzzTest extends HostileInputContract {
 *     protected List<byte[]> samples() {
 *         return List.of(Command.add(5).toBytes(), Command.clear().toBytes());
 *     }
 *     protected void decode(byte[] input) {
 *         Command command;
 *         try {
 *             command = Command.parse(input);
 *         } catch (MalformedCommandException refused) {
 *             return;
 *         }
 *         assertThat(Command.parse(command.toBytes())).isEqualTo(command); // accepted for what it is
 *     }
 * }
 * }</pre>
 *
 * <p>Input that was mishandled once belongs into {@code src/test/resources/corpus/} under the simple name of the class, one file each:
 * it is tried in every build, and so is what a zip archive of that name holds. Besides, {@link #inputs} inputs are made from the samples and the corpus by a fixed seed; {@code
 * -Dfuzz.seed=N} draws others, {@code -Dfuzz.inputs=N} more of them.
 */
public abstract class HostileInputContract {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long ALLOWANCE_BYTES = 1 << 20;
    private static final int BYTES_PER_BYTE = 64;
    private static final int SHOWN_BYTES = 4096;

    /** For subclasses: one instance for each test, as JUnit makes them. */
    protected HostileInputContract() {}

    /** Valid input of every kind; the same in every run. */
    protected abstract List<byte[]> samples() throws Exception;

    /**
     * Decodes. Returns when the input was accepted or refused as the decoder's contract says, and throws otherwise. Of accepted input
     * it checks that it was understood: said again, it means the same.
     *
     * @param input of this call alone; may be changed
     */
    protected abstract void decode(byte[] input) throws Exception;

    /** The most heap memory that {@link #decode} may take for an input of this length, in bytes. Default 1 MiB and 64 times the input. */
    protected long allocationLimitBytes(int inputBytes) {
        return ALLOWANCE_BYTES + (long) BYTES_PER_BYTE * inputBytes;
    }

    /** How many inputs a build makes up. Default 20,000. */
    protected int inputs() {
        return 20_000;
    }

    /** The longest input that is made up, in bytes. Default 64 KiB. */
    protected int maxInputBytes() {
        return 64 << 10;
    }

    /** Decodes one input and checks what every decoder owes. */
    public final void check(byte[] input) {
        long allocated = allocatedBy(input);
        if (allocated > allocationLimitBytes(input.length)) {
            // The first time may have loaded classes.
            allocated = allocatedBy(input);
        }
        if (allocated > allocationLimitBytes(input.length)) {
            throw new AssertionError(allocated + " bytes were allocated for an input of " + input.length
                    + " bytes, where at most " + allocationLimitBytes(input.length) + " are allowed: " + shown(input));
        }
    }

    private long allocatedBy(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decode(input.clone());
        } catch (Exception | Error e) {
            throw new AssertionError("mishandled an input of " + input.length + " bytes: " + shown(input), e);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** The samples are valid: otherwise what is made from them tries nothing but the first check. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    protected void samplesAreAccepted() throws Exception {
        assertThat(samples()).isNotEmpty();
        samples().forEach(this::check);
    }

    /** All that was kept in the corpus of this class is handled. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    protected void whatWasMishandledOnceIsHandled() throws Exception {
        corpus().forEach(this::check);
    }

    /** Inputs that are made from the samples by a seed are handled. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    protected void nothingMadeUpIsMishandled() throws Exception {
        long seed = Long.getLong("fuzz.seed", 1);
        int inputs = Integer.getInteger("fuzz.inputs", inputs());
        List<byte[]> originals =
                Stream.concat(samples().stream(), corpus().stream()).toList();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < inputs; i++) {
            byte[] input = Mutation.of(originals, maxInputBytes(), random.split());
            try {
                check(input);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "input " + i + " of seed " + seed + "; keep it in the corpus of "
                                + getClass().getSimpleName() + ", run it again with -Dfuzz.seed=" + seed
                                + " -Dfuzz.inputs=" + (i + 1) + "\n" + e.getMessage(),
                        e);
            }
        }
    }

    /** The inputs that are kept, in the order of their names: what was mishandled, one file each, and what Jazzer kept, in one archive. */
    private List<byte[]> corpus() throws IOException, URISyntaxException {
        String name = "/corpus/" + getClass().getSimpleName();
        List<byte[]> inputs = new ArrayList<>();
        URL directory = getClass().getResource(name);
        if (directory != null) {
            try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        try (InputStream archive = getClass().getResourceAsStream(name + ".zip")) {
            if (archive != null) {
                ZipInputStream entries = new ZipInputStream(archive);
                for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                    inputs.add(entries.readAllBytes());
                }
            }
        }
        return inputs;
    }

    private static String shown(byte[] input) {
        return input.length <= SHOWN_BYTES
                ? HexFormat.of().formatHex(input)
                : HexFormat.of().formatHex(input, 0, SHOWN_BYTES) + "...";
    }
}
