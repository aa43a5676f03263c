package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A plan is data: it can be written, read, and cut down. */
class PlanTest {

    @Test
    void whatIsWrittenIsReadAgain() {
        for (long seed = 1; seed <= 100; seed++) {
            for (Plan plan : List.of(Plan.of(seed), Plan.withChurn(seed))) {
                assertThat(PlanText.read(PlanText.write(plan))).isEqualTo(plan);
            }
        }
    }

    @Test
    void aPlanThatWasReadRunsLikeTheOneThatWasWritten() {
        for (Plan plan : List.of(Plan.of(5), Plan.withChurn(5))) {
            assertThat(Simulation.run(PlanText.read(PlanText.write(plan)), "")).isEqualTo(Simulation.run(plan, ""));
        }
    }

    @Test
    void seedsDrawEveryFamilyAndEveryClusterSize() {
        Set<String> kinds = new HashSet<>();
        Set<Integer> sizes = new HashSet<>();
        for (long seed = 1; seed <= 300; seed++) {
            Plan plan = Plan.of(seed);
            plan.items().forEach(item -> kinds.add(item.kind()));
            sizes.add(plan.nodes());
        }
        List<Family> all = new ArrayList<>(Families.FAULTS);
        all.addAll(Families.OPERATIONS);
        assertThat(kinds)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(Family::word).toList());
        assertThat(sizes).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void seedsWithChurnDrawEveryKindOfChange() {
        Set<String> kinds = new HashSet<>();
        Set<Integer> founders = new HashSet<>();
        for (long seed = 1; seed <= 100; seed++) {
            Plan plan = Plan.withChurn(seed);
            plan.items().forEach(item -> kinds.add(item.kind()));
            founders.add(plan.founders());
        }
        assertThat(kinds)
                .containsAll(Families.MEMBERSHIP.stream().map(Family::word).toList());
        assertThat(founders).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void aLineThatIsNotUnderstoodIsQuoted() {
        assertThatThrownBy(() -> PlanText.read("seed 1\n12.5ms explode node=n1\n"))
                .hasMessageContaining("12.5ms explode node=n1");
        assertThatThrownBy(() -> Item.parse("soon crash")).isInstanceOf(IllegalArgumentException.class);
    }
}
