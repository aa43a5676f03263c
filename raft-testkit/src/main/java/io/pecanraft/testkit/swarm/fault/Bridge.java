package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** Two sides that only one server in the middle reaches. */
public final class Bridge extends Cut {

    @Override
    public String word() {
        return "bridge";
    }

    @Override
    List<Link> links(Draw draw) {
        int bridge = draw.node();
        long side = draw.random().between(0, (1L << draw.nodes()) - 1);
        return draw.links((from, to) -> from != bridge && to != bridge && ((side >> from) & 1) != ((side >> to) & 1));
    }
}
