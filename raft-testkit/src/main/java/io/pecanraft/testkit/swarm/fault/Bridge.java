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
    public boolean suits(Draw draw) {
        return draw.nodes() > 2;
    }

    @Override
    List<Link> links(Draw draw) {
        int bridge = draw.node();
        long others = ((1L << draw.nodes()) - 1) & ~(1L << bridge);
        long side = 0;
        while (side == 0 || side == others) {
            side = draw.random().between(0, others) & others;
        }
        long oneSide = side;
        return draw.links(
                (from, to) -> from != bridge && to != bridge && ((oneSide >> from) & 1) != ((oneSide >> to) & 1));
    }
}
