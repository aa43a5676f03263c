package io.pecanraft.testkit.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Breaks one rule at a time and demands that the simulator says so, by a check that was named beforehand, and that the unbroken
 * library passes the same seed: a check that fires for another reason has found nothing. {@code -Dmutant=NAME} runs those whose
 * file names contain it.
 */
class MutantsTest {

    private static final String CANARY = "acknowledge-before-it-is-durable";
    private static final int CANARY_SEEDS = 20;

    /** The one mutant that any of a few seeds finds: where it lives, no clean seed means anything. */
    @Test
    void theCanaryDies() throws IOException, ReflectiveOperationException {
        Mutant canary = Mutant.all().stream()
                .filter(mutant -> mutant.name().equals(CANARY))
                .findFirst()
                .orElseThrow();
        MutantHunt hunt = new MutantHunt(canary);
        for (long seed = 1; seed <= CANARY_SEEDS; seed++) {
            if (hunt.ruleBroken(seed).filter(canary.expected()::contains).isPresent()) {
                return;
            }
        }
        throw new AssertionError("THE CHECKERS ARE DEAD: followers acknowledge what is not durable, and none of "
                + CANARY_SEEDS + " seeds notices by " + canary.expected() + ". Believe no clean seed of this build.");
    }

    @Test
    void noTwoMutantsBearOneNumber() throws IOException {
        assertThat(Mutant.all().stream().map(Mutant::id).filter(id -> !id.isEmpty()))
                .doesNotHaveDuplicates();
    }

    /** Side by side, since most of it is compiling and warming up a library of its own for each mutant. */
    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> theSimulatorFinds() throws IOException {
        String only = System.getProperty("mutant", "");
        return Mutant.all().stream()
                .filter(mutant -> mutant.name().contains(only))
                .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> isFound(mutant)));
    }

    private static void isFound(Mutant mutant) throws ReflectiveOperationException {
        MutantHunt hunt = new MutantHunt(mutant);
        // What other checks see is told, and the search goes on.
        TreeMap<Long, String> others = new TreeMap<>();
        LongStream first = LongStream.of(mutant.tryFirst()).filter(seed -> seed > 0);
        for (long seed : LongStream.concat(first, LongStream.rangeClosed(1, mutant.seeds()))
                .toArray()) {
            Optional<String> rule = hunt.ruleBroken(seed);
            if (rule.isPresent() && mutant.expected().contains(rule.get())) {
                System.out.println("mutant found: " + mutant + ", by " + rule.get() + " with seed " + seed
                        + (others.isEmpty() ? "" : ", by others with " + others));
                hunt.passesUnbroken(seed);
                return;
            }
            rule.ifPresent(other -> others.put(seed, other));
        }
        throw new AssertionError("not found within " + mutant.seeds() + " seeds by any of " + mutant.expected()
                + (others.isEmpty() ? "" : ", only " + others) + ": " + mutant.why());
    }
}
