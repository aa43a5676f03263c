package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Link;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.List;

/** Links that carry nothing for a while. The shapes of it differ only in which links; cuts that overlap add up. */
abstract class Cut implements Family {

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    /** Which links. */
    abstract List<Link> links(Draw draw);

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none().withLinks("links", links(draw)).with("for", draw.upTo(10));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNetwork network = stage.cluster().network();
        List<Link> links = arguments.links("links");
        links.forEach(link -> network.cut(link.from(), link.to()));
        stage.whileFaultsLast(
                arguments.duration("for"), () -> links.forEach(link -> network.restore(link.from(), link.to())));
    }
}
