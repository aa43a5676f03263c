package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Not how fast the parts are; that they can still be measured. */
class PartsTest {

    private static final int DIFFERENT_MEASUREMENTS = 19;

    /** A build beside this one is no reason to refuse. */
    @BeforeEach
    void ignoreOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyBenchmarkOfAPartRuns() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        assertThat(results).hasSize(DIFFERENT_MEASUREMENTS);
    }
}
