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

    @Override
    List<Link> links(Draw draw) {
        return draw.links((from, to) -> {
            int distance = Math.floorMod(from - to, draw.nodes());
            return distance != 1 && distance != draw.nodes() - 1;
        });
    }
}
