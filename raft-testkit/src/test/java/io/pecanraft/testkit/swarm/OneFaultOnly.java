package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.fault.LateAnswers;
import io.pecanraft.testkit.swarm.fault.LateVotes;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans in which nothing goes wrong but one thing, again and again, since whatever else did would mostly prevent what it is to show. */
public final class OneFaultOnly {

    private static final int NODES = 3;
    private static final int TIMES = 4;

    private OneFaultOnly() {}

    /** Two servers have to stand in the same term for a vote of an earlier one to do harm. */
    public static Plan lateVotes(long seed) {
        return only(Plan.of(seed, NODES), new LateVotes(), "late votes only");
    }

    /** A leader has to be cut off, and another one to be elected, while the lease of the first seems to last. */
    public static Plan lateAnswers(long seed) {
        Plan any = Plan.of(seed, NODES);
        SortedMap<String, Long> settings = new TreeMap<>(any.knobs().values());
        settings.put("leaseReads", 1L);
        return only(any.with(new Knobs(settings)), new LateAnswers(), "late answers only");
    }

    private static Plan only(Plan any, Family fault, String stream) {
        Draw draw = new Draw(
                SimRandom.stream(any.seed(), stream),
                NODES,
                any.knobs().config().electionTimeout(),
                List.of());
        Duration apart = any.length().dividedBy(TIMES + 1);
        Stream<Item> faults = Stream.iterate(apart, at -> at.plus(apart))
                .limit(TIMES)
                .map(at -> new Item(at, fault.word(), fault.draw(draw)));
        Set<String> operations = Families.OPERATIONS.stream().map(Family::word).collect(Collectors.toSet());
        Stream<Item> calls = any.items().stream().filter(item -> operations.contains(item.kind()));
        return any.with(new TreeMap<>())
                .with(Stream.concat(faults, calls)
                        .sorted(Comparator.comparing(Item::at))
                        .toList());
    }
}
