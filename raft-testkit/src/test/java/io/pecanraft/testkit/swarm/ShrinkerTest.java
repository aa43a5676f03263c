package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.swarm.schedule.Item;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shrinker on rules of our own, so that what is the least is known. */
class ShrinkerTest {

    private static final Plan PLAN = Plan.of(1, 5);

    /** Broken when a pause and, later, a write are there. */
    private static String aWriteAfterAPause(Plan plan) {
        boolean paused = false;
        for (Item item : plan.items()) {
            paused |= item.kind().equals("pause");
            if (paused && item.kind().equals("write")) {
                return "write-after-pause";
            }
        }
        return "";
    }

    @Test
    void onlyWhatIsNeededIsLeft() {
        Plan plan = somePlanWithPauses();
        Shrinker shrinker = new Shrinker(plan, ShrinkerTest::aWriteAfterAPause, 10_000, step -> {});

        Plan smallest = shrinker.shrink();

        assertThat(smallest.items().stream().map(Item::kind)).containsExactly("pause", "write");
        assertThat(smallest.knobs().names()).isEmpty();
        assertThat(smallest.fates()).isEmpty();
        assertThat(shrinker.rule()).isEqualTo("write-after-pause");
    }

    @Test
    void serversThatNobodyNeedsAreLeftOut() {
        Shrinker shrinker = new Shrinker(PLAN, plan -> plan.nodes() >= 2 ? "two" : "", 10_000, step -> {});
        assertThat(shrinker.shrink().nodes()).isEqualTo(2);
    }

    @Test
    void theBudgetEndsIt() {
        Shrinker shrinker = new Shrinker(PLAN, plan -> "always", 3, step -> {});
        shrinker.shrink();
        assertThat(shrinker.runs()).isEqualTo(3);
    }

    @Test
    void whatBreaksNothingIsRefused() {
        Shrinker shrinker = new Shrinker(PLAN, plan -> "", 10, step -> {});
        assertThatThrownBy(shrinker::shrink).isInstanceOf(IllegalArgumentException.class);
    }

    private static Plan somePlanWithPauses() {
        for (long seed = 1; ; seed++) {
            Plan plan = Plan.of(seed, 5);
            List<String> kinds = plan.items().stream().map(Item::kind).toList();
            if (kinds.stream().filter("pause"::equals).count() > 5) {
                return plan;
            }
        }
    }
}
