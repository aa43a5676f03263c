package io.pecanraft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Answer;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The checker against verdicts that are known otherwise: recorded histories ({@code -Dhistories=DIRECTORY}), legal ones by
 * construction, and lies that are illegal by proof. {@code -Dlinear.seed=N} draws others.
 */
class CalibrationTest {

    private static final long SEED = Long.getLong("linear.seed", 4_711);
    private static final int LIES = 200;

    private final LinearizabilityChecker<Optional<Long>, Request, Answer> registers =
            LinearizabilityChecker.of(new CompareAndSetRegister());
    private final LinearizabilityChecker<String, KeyValue.Request, KeyValue.Answer> maps =
            LinearizabilityChecker.of(new KeyValue());

    private static Map<Path, Boolean> recorded() {
        String directory = System.getProperty("histories");
        assumeTrue(directory != null, "no recorded histories: -Dhistories=DIRECTORY says where they are");
        return RecordedHistories.in(Path.of(directory));
    }

    private static boolean isKeyValue(Path file) {
        return file.getParent().endsWith("kv");
    }

    @Test
    void recordedHistoriesGetTheirKnownVerdicts() {
        Map<Path, Boolean> known = recorded();
        Map<String, String> wrong = new TreeMap<>();
        long start = System.nanoTime();
        long[] configurations = new long[1];
        known.forEach((file, linearizable) -> {
            Judgement<?, ?, ?> judgement = isKeyValue(file)
                    ? maps.check(RecordedHistories.keyValue(file))
                    : registers.check(RecordedHistories.register(file));
            configurations[0] += judgement.configurations();
            Class<?> expected = linearizable ? Judgement.Linearizable.class : Judgement.Violation.class;
            if (!expected.isInstance(judgement)) {
                wrong.put(file.toString(), judgement.getClass().getSimpleName());
            }
        });
        System.out.printf(
                "%d recorded histories, %d of them linearizable: %d verdicts wrong, %d configurations, %d ms%n",
                known.size(),
                known.values().stream().filter(legal -> legal).count(),
                wrong.size(),
                configurations[0],
                (System.nanoTime() - start) / 1_000_000);
        assertThat(known).isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void recordedLegalHistoriesWithALieInThemAreIllegal() {
        List<List<Operation<Request, Answer>>> legal = new ArrayList<>();
        recorded().forEach((file, linearizable) -> {
            if (linearizable && !isKeyValue(file)) {
                legal.add(RecordedHistories.register(file));
            }
        });
        allLiesAreFound("recorded", legal);
    }

    @Test
    void legalHistoriesAreLegalAndWithALieInThemIllegal() {
        Random random = new Random(SEED);
        List<List<Operation<Request, Answer>>> legal = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<Operation<Request, Answer>> history =
                    LegalHistories.register(random, 2 + random.nextInt(6), 20 + random.nextInt(200), i % 3 * 0.05);
            assertThat(registers.check(history))
                    .as("legal history %d of seed %d", i, SEED)
                    .isInstanceOf(Judgement.Linearizable.class);
            legal.add(history);
        }
        allLiesAreFound("drawn", legal);
    }

    private void allLiesAreFound(String what, List<List<Operation<Request, Answer>>> legal) {
        Random random = new Random(SEED);
        List<Mutation> mutations = List.of(Mutation.values());
        Map<Mutation, Integer> told = new TreeMap<>();
        int found = 0;
        for (int i = 0; found < LIES; i++) {
            assertThat(i).as("attempts to lie").isLessThan(100 * LIES);
            Mutation mutation = mutations.get(i % mutations.size());
            Optional<List<Operation<Request, Answer>>> lie =
                    mutation.of(legal.get(random.nextInt(legal.size())), random);
            if (lie.isPresent()) {
                assertThat(registers.check(lie.get()))
                        .as("%s, number %d of seed %d", mutation, i, SEED)
                        .isInstanceOf(Judgement.Violation.class);
                told.merge(mutation, 1, Integer::sum);
                found++;
            }
        }
        System.out.printf("%d lies in %s histories, all found: %s (-Dlinear.seed=%d)%n", found, what, told, SEED);
    }
}
