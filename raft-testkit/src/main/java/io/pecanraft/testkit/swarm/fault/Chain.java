package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** Each server reaches the next and the one before only, and the ends do not meet. */
public final class Chain extends Cut {

    @Override
    public String word() {
        return "chain";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 2;
    }

    @Override
    List<Link> links(Draw draw) {
        return draw.links((from, to) -> Math.abs(from - to) != 1);
    }
}
