package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.fault.LateVotes;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Plans in which nothing goes wrong but {@link LateVotes}, again and again: two servers have to stand in the same term for a vote of
 * an earlier one to do harm, and any other fault lets one of them be ahead.
 */
public final class LateVotesOnly {

    private static final int NODES = 3;
    private static final int TIMES = 4;

    private LateVotesOnly() {}

    /** The plan of a seed. */
    public static Plan of(long seed) {
        Plan any = Plan.of(seed, NODES).with(new TreeMap<>());
        LateVotes votes = new LateVotes();
        Draw draw = new Draw(
                SimRandom.stream(seed, "late votes only"),
                NODES,
                any.knobs().config().electionTimeout(),
                List.of());
        Duration apart = any.length().dividedBy(TIMES + 1);
        Stream<Item> late = Stream.iterate(apart, at -> at.plus(apart))
                .limit(TIMES)
                .map(at -> new Item(at, votes.word(), votes.draw(draw)));
        Set<String> operations = Families.OPERATIONS.stream().map(Family::word).collect(Collectors.toSet());
        Stream<Item> calls = any.items().stream().filter(item -> operations.contains(item.kind()));
        return any.with(Stream.concat(late, calls)
                .sorted(Comparator.comparing(Item::at))
                .toList());
    }
}
