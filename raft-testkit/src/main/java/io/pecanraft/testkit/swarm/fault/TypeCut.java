package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Link;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.List;

/** Messages of one type get lost on the way to one server, or from it. */
public final class TypeCut implements Family {

    @Override
    public String word() {
        return "type-cut";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    @Override
    public Arguments draw(Draw draw) {
        int node = draw.node();
        boolean to = draw.random().chance(0.5);
        return Arguments.none()
                .with(
                        "type",
                        draw.word(
                                "AppendEntries",
                                "AppendEntriesResponse",
                                "Heartbeat",
                                "HeartbeatResponse",
                                "RequestVote",
                                "RequestVoteResponse",
                                "PreVote",
                                "PreVoteResponse",
                                "InstallSnapshot",
                                "InstallSnapshotResponse",
                                "ForwardProposalResponse",
                                "ReadIndexResponse"))
                .withLinks("links", draw.links((a, b) -> to ? b == node : a == node))
                .with("for", draw.upTo(10));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNetwork network = stage.cluster().network();
        String type = arguments.word("type");
        List<Link> links = arguments.links("links");
        links.forEach(link -> network.block(link.from(), link.to(), type));
        stage.whileFaultsLast(
                arguments.duration("for"), () -> links.forEach(link -> network.unblock(link.from(), link.to(), type)));
    }
}
