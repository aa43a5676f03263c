package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * D10, D21. Whatever a loss of power leaves of a directory, what was acknowledged is found in it. The build tries a bounded number of
 * images; the long run is
 *
 * <pre>
 *   mvn -q test -pl raft-log-chronicle -am -Dtest=CrashImagesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dcrash.images=100000 -Dcrash.progress=/some/file
 * </pre>
 *
 * which prints how far it is, and goes on where it stopped when it is started again with the same file. {@code -Dcrash.seed=N}
 * begins with another seed.
 */
class CrashImagesTest {

    private static final long IMAGES = Long.getLong("crash.images", 400);

    @TempDir(factory = InMemory.class)
    Path directory;

    @Test
    void everyImageOfALossOfPowerHoldsWhatWasAcknowledged() throws IOException {
        CrashImageCount count = run(directory, IMAGES);
        assertThat(count.total()).isGreaterThanOrEqualTo(IMAGES);
    }

    private static CrashImageCount run(Path directory, long images) throws IOException {
        CrashImageCount count = new CrashImageCount(Long.getLong("crash.seed", 1));
        String progress = System.getProperty("crash.progress");
        Path progressFile = progress == null ? directory.resolve("progress") : Path.of(progress);
        count.load(progressFile);
        while (count.total() < images) {
            long seed = count.nextSeed();
            Path story = Files.createDirectory(directory.resolve("seed-" + seed));
            try {
                new CrashImages(seed, story, count).run(images);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " failed; repeat with -Dcrash.seed=" + seed, e);
            }
            FileTree.delete(story);
            count.seedDone();
            count.store(progressFile);
            if (progress != null) {
                System.out.println("after seed " + seed + ": " + count.total() + " of " + images + " images");
            }
        }
        System.out.println("crash images: " + count);
        return count;
    }

    /** For long runs without Maven: the arguments are a directory and how many images. */
    public static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    }
}
