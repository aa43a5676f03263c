package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** Two sides that do not hear each other, or of which one does not hear the other. */
public final class Split extends Cut {

    @Override
    public String word() {
        return "split";
    }

    @Override
    List<Link> links(Draw draw) {
        long side = draw.random().between(1, (1L << draw.nodes()) - 2);
        boolean oneWay = draw.random().chance(0.25);
        return draw.links((from, to) -> {
            boolean crosses = ((side >> from) & 1) != ((side >> to) & 1);
            return crosses && (!oneWay || ((side >> from) & 1) == 1);
        });
    }
}
