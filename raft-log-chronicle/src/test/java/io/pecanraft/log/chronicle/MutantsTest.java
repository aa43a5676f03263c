package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.pecanraft.testkit.mutation.MutantLoader;
import io.pecanraft.testkit.mutation.SourceMutant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Who watches the watchers of the storage: {@code src/test/resources/mutants} has known bugs, put into this module one at a time, and
 * each names the tests of which one must fail with it, classes or single methods. They pass without it, as the build shows. {@code -Dmutant=flush} tries those
 * whose names contain it.
 */
class MutantsTest {

    private static final String TESTS = "io.pecanraft.log.chronicle.";

    @TestFactory
    Stream<DynamicTest> theTestsFind() throws IOException {
        String only = System.getProperty("mutant", "");
        return SourceMutant.all(Path.of("src/test/resources/mutants"), Path.of("src/main/java")).stream()
                .filter(mutant -> mutant.name().contains(only))
                .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> isFound(mutant)));
    }

    /** A failure with a mutant means something only where there is none without. */
    @Test
    void withoutAMutantTheTestsPassInTheSameLoader() throws ClassNotFoundException {
        SourceMutant none = new SourceMutant("none", "", false, "", Map.of(), Map.of());
        MutantLoader loader = MutantLoader.of(none, "io.pecanraft.");
        for (String test : List.of("DamageTest", "LostPromisesTest", "LogDiscardTest")) {
            assertThat(run(loader, test).getFailures())
                    .extracting(failure -> failure.getException())
                    .as(test)
                    .isEmpty();
        }
    }

    private static void isFound(SourceMutant mutant) throws ClassNotFoundException {
        if (!Set.of("id", "expect").containsAll(mutant.settings().keySet())) {
            throw new IllegalArgumentException(mutant.name() + " says more than is understood: " + mutant.settings());
        }
        List<String> tests = List.of(mutant.setting("expect", "").split(" "));
        MutantLoader loader = MutantLoader.of(mutant, "io.pecanraft.");
        for (String test : tests) {
            TestExecutionSummary summary = run(loader, test);
            if (summary.getTotalFailureCount() > 0) {
                System.out.println("mutant found: " + mutant + ", by "
                        + summary.getFailures().get(0).getTestIdentifier().getDisplayName() + " of " + test);
                return;
            }
            if (summary.getTestsSucceededCount() == 0) {
                throw new AssertionError(test + " has no test that ran");
            }
        }
        throw new AssertionError("not found by any of " + tests + ": " + mutant.why());
    }

    /** A class of tests, or one of its methods after a hash. */
    private static TestExecutionSummary run(MutantLoader loader, String test) throws ClassNotFoundException {
        int hash = test.indexOf('#');
        Class<?> type = loader.loadClass(TESTS + (hash < 0 ? test : test.substring(0, hash)));
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                // A failure is what is wanted here, and no reason to keep anything.
                .configurationParameter("junit.jupiter.tempdir.cleanup.mode.default", "always")
                .selectors(hash < 0 ? selectClass(type) : selectMethod(type, test.substring(hash + 1)))
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }
}
