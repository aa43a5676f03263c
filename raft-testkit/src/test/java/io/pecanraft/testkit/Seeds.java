package io.pecanraft.testkit;

import java.util.stream.LongStream;

/**
 * Which seeds a test takes, and the command that repeats one. {@code -Dsim.seed=N} takes one; a property of the test takes that many from
 * {@code -Dsim.base=START} on; otherwise it takes those of the build, from 1 on.
 */
public record Seeds(Class<?> test, long base, int count, boolean single) {

    /**
     * Those of this run.
     *
     * @param countProperty how many, if not as many as in the build
     */
    public static Seeds of(Class<?> test, String countProperty, int inBuild) {
        Long only = Long.getLong("sim.seed");
        return only != null
                ? new Seeds(test, only, 1, true)
                : new Seeds(test, Long.getLong("sim.base", 1L), Integer.getInteger(countProperty, inBuild), false);
    }

    /** In order. */
    public LongStream stream() {
        return LongStream.range(base, base + count);
    }

    /** The command that runs this test with one seed. */
    public String replay(long seed) {
        return replay(test, seed);
    }

    /** The command that runs a test with one seed. */
    public static String replay(Class<?> test, long seed) {
        return "mvn -q test -pl raft-testkit -am -Dtest=" + test.getSimpleName()
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }
}
