package io.pecanraft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Answer;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.CompareAndSet;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Different;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Done;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Read;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Request;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Value;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearizabilityCheckerTest {

    private static final CompareAndSetRegister REGISTER = new CompareAndSetRegister();

    private final LinearizabilityChecker<Optional<Long>, Request, Answer> checker = LinearizabilityChecker.of(REGISTER);

    private static Operation<Request, Answer> write(long value, long from, long to) {
        return Operation.answered("w", new Write(value), from, new Done(), to);
    }

    private static Operation<Request, Answer> read(long value, long from, long to) {
        return Operation.answered("r", new Read(), from, new Value(Optional.of(value)), to);
    }

    private void isLegal(List<Operation<Request, Answer>> history) {
        assertThat(checker.check(history)).isInstanceOf(Judgement.Linearizable.class);
    }

    private Judgement.Violation<Optional<Long>, Request, Answer> isIllegal(List<Operation<Request, Answer>> history) {
        Judgement<Optional<Long>, Request, Answer> judgement = checker.check(history);
        assertThat(judgement).isInstanceOf(Judgement.Violation.class);
        return (Judgement.Violation<Optional<Long>, Request, Answer>) judgement;
    }

    @Test
    void nothingIsLegal() {
        isLegal(List.of());
    }

    @Test
    void aReadAfterAWriteSeesIt() {
        isLegal(List.of(write(1, 1, 2), read(1, 3, 4)));
        isIllegal(List.of(write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)));
    }

    @Test
    void aReadDuringAWriteMaySeeItOrNot() {
        isLegal(List.of(write(1, 1, 2), write(2, 3, 9), read(1, 4, 5), read(2, 6, 7)));
        isIllegal(List.of(write(1, 1, 2), write(2, 3, 9), read(2, 4, 5), read(1, 6, 7)));
    }

    @Test
    void whatReturnsAtTheMomentOfACallIsConcurrentWithIt() {
        isLegal(List.of(write(1, 1, 2), write(2, 3, 5), read(1, 5, 6)));
        isIllegal(List.of(write(1, 1, 2), write(2, 3, 5), read(1, 6, 7)));
    }

    @Test
    void anUnansweredWriteMayTakeEffectLateOrNever() {
        Operation<Request, Answer> lost = Operation.unanswered("w", new Write(2), 3);
        isLegal(List.of(write(1, 1, 2), lost, read(1, 4, 5)));
        isLegal(List.of(write(1, 1, 2), lost, read(1, 4, 5), read(2, 90, 91)));
        isIllegal(List.of(write(1, 1, 2), lost, read(2, 4, 5), read(1, 90, 91)));
        isIllegal(List.of(write(1, 1, 2), read(2, 2, 3), Operation.unanswered("w", new Write(2), 4)));
    }

    @Test
    void aLostAnswerThatIsKnownFromElsewhereSaysWhenItMayHaveBeen() {
        Operation<Request, Answer> swap = Operation.answerLost("w", new CompareAndSet(1, 3), 2, new Done());
        Operation<Request, Answer> failed = Operation.answerLost("w", new CompareAndSet(1, 3), 2, new Different());
        isLegal(List.of(write(1, 1, 2), swap, read(3, 4, 5)));
        isIllegal(List.of(write(1, 1, 2), failed, read(3, 4, 5)));
        isLegal(List.of(write(1, 1, 2), swap, read(1, 4, 5)));
    }

    @Test
    void anUnansweredOperationTakesEffectOnce() {
        Operation<Request, Answer> lost = Operation.unanswered("w", new Write(2), 1);
        isIllegal(List.of(lost, write(1, 1, 2), read(2, 3, 4), write(1, 5, 6), read(2, 7, 8)));
    }

    @Test
    void aViolationNamesTheLongestOrderTheAnswerThatCannotBeAndWhatDoesNotFit() {
        Operation<Request, Answer> stale = read(1, 5, 6);
        Operation<Request, Answer> later = read(2, 7, 8);
        Judgement.Violation<Optional<Long>, Request, Answer> violation =
                isIllegal(List.of(write(1, 1, 2), write(2, 3, 4), stale, later));
        assertThat(violation.culprit()).isSameAs(stale);
        assertThat(violation.order()).extracting(REGISTER::describe).containsExactly("write 1", "write 2");
        assertThat(violation.states()).containsExactly(Optional.empty(), Optional.of(1L), Optional.of(2L));
        assertThat(violation.blocked()).containsExactly(stale);
        assertThat(violation.operations()).doesNotContain(later);
    }

    @Test
    void keysAreJudgedApart() {
        List<Operation<KeyValue.Request, KeyValue.Answer>> history = List.of(
                Operation.answered("a", new KeyValue.Put("x", "1"), 1, new KeyValue.Done(), 2),
                Operation.answered("a", new KeyValue.Get("y"), 3, new KeyValue.Value(""), 4),
                Operation.answered("a", new KeyValue.Append("y", "ab"), 5, new KeyValue.Length(3), 6));
        assertThat(LinearizabilityChecker.of(new KeyValue()).check(history))
                .isInstanceOfSatisfying(
                        Judgement.Violation.class,
                        violation -> assertThat(violation.key()).isEqualTo("y"));
    }

    @Test
    void aSearchThatIsGivenUpIsAFailureOfItsOwnKind(@TempDir Path directory) {
        List<Operation<Request, Answer>> hard = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            hard.add(write(i, 1, 100));
        }
        hard.add(read(30, 1, 100));
        LinearizabilityFailure byCount = catchThrowableOfType(
                LinearizabilityFailure.class,
                () -> checker.withMaxConfigurations(1_000).demand(hard, "hard", directory));
        assertThat(byCount.kind()).isEqualTo(LinearizabilityFailure.Kind.NOT_DECIDED);
        LinearizabilityFailure byTime = catchThrowableOfType(
                LinearizabilityFailure.class,
                () -> checker.within(Duration.ZERO)
                        .demand(LegalHistories.register(new Random(1), 5, 2_000, 0), "slow", directory));
        assertThat(byTime.kind()).isEqualTo(LinearizabilityFailure.Kind.NOT_DECIDED);
    }

    @Test
    void aFailureNamesThePageThatShowsIt(@TempDir Path directory) throws Exception {
        LinearizabilityFailure failure = catchThrowableOfType(
                LinearizabilityFailure.class,
                () -> checker.demand(
                        List.of(write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)), "a <stale> read", directory));
        assertThat(failure.kind()).isEqualTo(LinearizabilityFailure.Kind.NOT_LINEARIZABLE);
        Path page = directory.resolve("a-stale-read.html");
        assertThat(failure).hasMessageContaining(page.toString()).hasMessageContaining("r: read -> 1");
        assertThat(Files.readString(page))
                .contains("Not linearizable: a &lt;stale&gt; read", "r: read -&gt; 1", "write 2")
                .doesNotContain("{{")
                .doesNotContainPattern("(src|href)=");
    }

    /** All orders of histories that are small enough to try them all. */
    @Test
    void smallHistoriesAreJudgedAsByTryingAllOrders() {
        long seed = Long.getLong("linear.seed", 4_711);
        Random random = new Random(seed);
        Random orders = new Random(seed + 1);
        int illegal = 0;
        int proved = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Operation<Request, Answer>> history = new ArrayList<>(
                    LegalHistories.narrowRegister(random, 2 + random.nextInt(3), 2 + random.nextInt(4), 0.2));
            if (random.nextBoolean()) {
                int victim = random.nextInt(history.size());
                Operation<Request, Answer> was = history.get(victim);
                Answer other = was.input() instanceof Read
                        ? new Value(Optional.of((long) random.nextInt(3)))
                        : random.nextBoolean() || was.input() instanceof Write
                                ? new Done()
                                : new CompareAndSetRegister.Different();
                history.set(
                        victim,
                        Operation.answered(
                                was.client(), was.input(), was.calledAt(), other, was.calledAt() + random.nextInt(6)));
            }
            boolean legal = EveryOrder.explains(REGISTER, history);
            illegal += legal ? 0 : 1;
            assertThat(checker.check(history) instanceof Judgement.Linearizable)
                    .as("history %d of seed %d: %s", i, seed, history)
                    .isEqualTo(legal);
            List<Operation<Request, Answer>> claimed = new ArrayList<>(history);
            Collections.shuffle(claimed, orders);
            Judgement<?, ?, ?> judgement = checker.tryingFirst(operation -> claimed.indexOf(operation) + 1)
                    .check(history);
            assertThat(judgement instanceof Judgement.Linearizable)
                    .as("history %d of seed %d with a claimed order: %s", i, seed, claimed)
                    .isEqualTo(legal);
            proved += legal && judgement.configurations() == 0 ? 1 : 0;
        }
        System.out.printf(
                "20000 small histories, %d of them illegal, judged as by all orders; a claimed order proved %d%n",
                illegal, proved);
        assertThat(proved).isGreaterThan(1_000);
        assertThat(illegal).isBetween(1_000, 19_000);
    }
}
