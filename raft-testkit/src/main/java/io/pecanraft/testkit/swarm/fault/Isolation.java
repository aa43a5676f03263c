package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Link;
import java.util.List;

/** One server alone: it hears nobody, or nobody hears it, or both. */
public final class Isolation extends Cut {

    @Override
    public String word() {
        return "isolation";
    }

    @Override
    List<Link> links(Draw draw) {
        int alone = draw.node();
        String how = draw.word("isolated", "deaf", "mute");
        return draw.links((from, to) -> (!how.equals("deaf") && from == alone) || (!how.equals("mute") && to == alone));
    }
}
