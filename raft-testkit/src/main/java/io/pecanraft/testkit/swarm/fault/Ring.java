package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** Each server reaches its two neighbours only. */
public final class Ring extends Cut {

    @Override
    public String word() {
        return "ring";
    }

    /** Of three servers each is a neighbour of both others. */
    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 3;
    }

    @Override
    List<Link> links(Draw draw) {
        return draw.links((from, to) -> {
            int distance = Math.floorMod(from - to, draw.nodes());
            return distance != 1 && distance != draw.nodes() - 1;
        });
    }
}
