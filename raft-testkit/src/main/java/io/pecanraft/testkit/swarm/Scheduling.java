package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Draws the schedule of a seed. Each family has a stream of chance of its own, for whether it is there at all, how often, and
 * what its items say; so a new family leaves the items of the others where they were.
 */
final class Scheduling {

    /** How many of the kinds of changes a seed has in which servers come and go. */
    private static final double MEMBERSHIP_SHARE = 0.6;

    /** Before that there is no membership to change. */
    private static final int FORMATION_ELECTION_TIMEOUTS = 3;

    private final Plan plan;
    private final Duration electionTimeout;
    private final List<Integer> expendable;
    private final double faultShare;
    private final long writeGapNanos;

    Scheduling(Plan plan) {
        this.plan = plan;
        this.electionTimeout = plan.knobs().config().electionTimeout();
        this.expendable = plan.atlas().expendable().stream().sorted().toList();
        SimRandom random = SimRandom.stream(plan.seed(), "intensity");
        // Everything at once finds less than many runs with some things each (swarm testing, ISSTA 2012).
        this.faultShare = random.pick(0, 15, 30, 30, 50) / 100.0;
        this.writeGapNanos = electionTimeout.toNanos() / random.pick(2, 10, 30);
    }

    List<Item> items() {
        List<Item> items = new ArrayList<>();
        for (Family family : Families.FAULTS) {
            Draw draw = draw(family);
            SimRandom random = draw.random();
            if (random.chance(faultShare) && family.suits(draw)) {
                long gap = electionTimeout.toNanos() * random.pick(3, 8, 20);
                // The first may fall into the formation of the cluster, or after it.
                addAll(items, family, draw, random.delay(0, gap), gap, 1);
            }
        }
        for (Family family : Families.OPERATIONS) {
            Draw draw = draw(family);
            double perWrite = family.perWrite(draw.random());
            if (perWrite > 0 && family.suits(draw)) {
                int burst = (int) draw.random().pick(1, 1, 8);
                addAll(items, family, draw, 0, (long) (writeGapNanos / perWrite), burst);
            }
        }
        if (plan.churns()) {
            for (Family family : Families.MEMBERSHIP) {
                Draw draw = draw(family);
                SimRandom random = draw.random();
                if (random.chance(MEMBERSHIP_SHARE)) {
                    long gap = electionTimeout.toNanos() * random.pick(4, 10, 25);
                    long formed = electionTimeout.toNanos() * FORMATION_ELECTION_TIMEOUTS;
                    addAll(items, family, draw, formed + random.delay(0, gap), gap, 1);
                }
            }
        }
        items.sort(Comparator.comparing(Item::at));
        return items;
    }

    private Draw draw(Family family) {
        SimRandom random = SimRandom.stream(plan.seed(), "family " + family.word());
        return new Draw(random, plan.nodes(), electionTimeout, expendable);
    }

    private void addAll(List<Item> items, Family family, Draw draw, long firstNanos, long meanGapNanos, int burst) {
        Duration at = Duration.ofNanos(firstNanos / 1_000 * 1_000);
        while (at.compareTo(plan.length()) < 0) {
            for (int i = 0; i < burst; i++) {
                items.add(new Item(at, family.word(), family.draw(draw)));
            }
            at = at.plus(draw.about(Duration.ofNanos(meanGapNanos * burst)));
        }
    }
}
