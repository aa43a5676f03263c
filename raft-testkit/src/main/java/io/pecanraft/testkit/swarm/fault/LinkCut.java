package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** One link, perhaps with the way back. */
public final class LinkCut extends Cut {

    @Override
    public String word() {
        return "link-cut";
    }

    @Override
    List<Link> links(Draw draw) {
        int a = draw.node();
        int b = draw.nodeBut(a);
        boolean oneWay = draw.random().chance(0.5);
        return draw.links((from, to) -> (from == a && to == b) || (!oneWay && from == b && to == a));
    }
}
