package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shrinker on rules of our own, so that what is the least is known. */
class ShrinkerTest {

    private static final Plan PLAN = Plan.of(1, 5);
    private static final Shrinker.Limits GENEROUS = new Shrinker.Limits(10_000, Duration.ofHours(1));

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
        Shrinker shrinker = new Shrinker(plan, ShrinkerTest::aWriteAfterAPause, GENEROUS, step -> {});

        Plan smallest = shrinker.shrink();

        assertThat(smallest.items().stream().map(Item::kind)).containsExactly("pause", "write");
        assertThat(smallest.knobs().names()).isEmpty();
        assertThat(smallest.fates()).isEmpty();
        assertThat(shrinker.rule()).isEqualTo("write-after-pause");
    }

    @Test
    void serversThatNobodyNeedsAreLeftOut() {
        Shrinker shrinker = new Shrinker(PLAN, plan -> plan.nodes() >= 2 ? "two" : "", GENEROUS, step -> {});
        assertThat(shrinker.shrink().nodes()).isEqualTo(2);
    }

    /** Where servers come and go, founders and spares may be left out, but an operator needs one to add. */
    @Test
    void ofServersThatComeAndGoASpareIsLeft() {
        Plan plan = Plan.withChurn(1);
        Shrinker shrinker = new Shrinker(plan, each -> each.churns() ? "churn" : "", GENEROUS, step -> {});
        Plan smallest = shrinker.shrink();
        assertThat(smallest.spares()).isEqualTo(1);
        assertThat(smallest.founders()).isEqualTo(1);
        assertThat(smallest.items()).isEmpty();
    }

    /** A failure that shows with some delays only: whatever is left out hides it, unless other delays are tried. */
    @Test
    void whatACutHidesIsLookedForWithOtherDelays() {
        Plan plan = somePlanWithPauses();
        Plan smallest = new Shrinker(
                        plan,
                        each -> each.equals(plan) || each.seed() != plan.seed() ? aWriteAfterAPause(each) : "",
                        GENEROUS,
                        step -> {})
                .shrink();
        assertThat(smallest.items().stream().map(Item::kind)).containsExactly("pause", "write");
    }

    @Test
    void whatLastsIsMadeShorter() {
        Plan smallest =
                new Shrinker(somePlanWithPauses(), ShrinkerTest::aWriteAfterAPause, GENEROUS, step -> {}).shrink();
        assertThat(smallest.items().get(0).arguments().duration("for")).isLessThanOrEqualTo(Duration.ofMillis(1));
        assertThat(smallest.length()).isLessThan(somePlanWithPauses().length());
    }

    @Test
    void timeEndsItToo() {
        Shrinker shrinker =
                new Shrinker(PLAN, plan -> "always", new Shrinker.Limits(10_000, Duration.ZERO), step -> {});
        assertThat(shrinker.shrink()).isEqualTo(PLAN);
    }

    @Test
    void theBudgetEndsIt() {
        Shrinker shrinker =
                new Shrinker(PLAN, plan -> "always", new Shrinker.Limits(3, Duration.ofHours(1)), step -> {});
        shrinker.shrink();
        assertThat(shrinker.runs()).isEqualTo(3);
    }

    @Test
    void whatBreaksNothingIsRefused() {
        Shrinker shrinker = new Shrinker(PLAN, plan -> "", GENEROUS, step -> {});
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
