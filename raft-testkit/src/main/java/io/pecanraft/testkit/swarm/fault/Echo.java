package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Link;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some servers, too few to be a majority, are cut off from the others, and all that they say to each other arrives several times, now
 * or much later: whoever counts answers, and not those who gave them, finds a majority there.
 */
public final class Echo implements Family {

    private static final int LEAST = 2;

    /** With these two servers of seven count for four. */
    private static final int COPIES = 3;

    @Override
    public String word() {
        return "echo";
    }

    /** Half of four is the smallest part that has somebody to ask and is no majority. */
    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() >= 2 * LEAST;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .withNode("from", draw.node())
                .with("size", draw.random().between(LEAST, draw.nodes() / 2))
                .with("late", draw.electionTimeout().dividedBy(draw.random().pick(1, 10, 100)))
                .with("for", draw.electionTimeout().multipliedBy(4).plus(draw.upTo(8)));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNetwork network = stage.cluster().network();
        int first = arguments.nodeAt("from");
        int nodes = stage.cluster().nodes().size();
        List<Integer> part = IntStream.range(first, first + (int) arguments.count("size"))
                .map(node -> node % nodes)
                .boxed()
                .toList();
        long lateNanos = arguments.duration("late").toNanos();
        List<Link> cut = new ArrayList<>();
        List<Link> echoing = new ArrayList<>();
        for (int from : part) {
            for (SimNode other : stage.cluster().nodes()) {
                if (part.contains(other.number())) {
                    echoing.add(new Link(from, other.number()));
                } else {
                    cut.add(new Link(from, other.number()));
                    cut.add(new Link(other.number(), from));
                }
            }
        }
        cut.forEach(link -> network.cut(link.from(), link.to()));
        echoing.forEach(link -> network.echo(link.from(), link.to(), COPIES, lateNanos));
        stage.whileFaultsLast(arguments.duration("for"), () -> {
            cut.forEach(link -> network.restore(link.from(), link.to()));
            echoing.forEach(link -> network.echo(link.from(), link.to(), 1, 0));
        });
    }
}
