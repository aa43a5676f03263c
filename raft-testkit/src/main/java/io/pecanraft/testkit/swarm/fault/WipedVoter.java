package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.time.Duration;
import java.util.List;

/**
 * A server that loses its disk at the worst moment: just enough servers have what was written last, it is one of them, and then it
 * meets only those that have not. Together they are as many as a majority, if the name of a member is enough to be one.
 */
public final class WipedVoter implements Family {

    private static final int WRITES = 8;
    private static final int KEY = 0;

    @Override
    public String word() {
        return "wiped-voter";
    }

    /** Of an even number, one server is missing to such a majority. */
    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1 && draw.nodes() % 2 == 1 && !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode())
                .with("behind", draw.electionTimeout().plus(draw.upTo(2)))
                .with("down", draw.about(draw.electionTimeout().dividedBy(4)))
                .with("for", draw.electionTimeout().multipliedBy(4).plus(draw.upTo(4)));
    }

    /** Happens while there is a leader, and it is another server. */
    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode voter = stage.node(arguments.node());
        stage.cluster()
                .leader()
                .filter(leader -> leader != voter && stage.atlas().permits(voter.number()))
                .ifPresent(leader -> happen(stage, arguments, leader, voter));
    }

    private static void happen(Stage stage, Arguments arguments, SimNode leader, SimNode voter) {
        List<SimNode> others = stage.cluster().nodes().stream()
                .filter(node -> node != leader && node != voter)
                .toList();
        int half = others.size() / 2;
        List<SimNode> behind = others.subList(half, others.size());
        Duration written = arguments.duration("behind");
        Duration end = written.plus(arguments.duration("for"));
        apart(stage, leader, behind, Duration.ZERO, end);
        others.subList(0, half).forEach(fresh -> apart(stage, fresh, behind, Duration.ZERO, end));
        apart(stage, voter, behind, Duration.ZERO, written);
        for (int write = 0; write < WRITES; write++) {
            Draft increment = Draft.probe(KEY);
            stage.whileFaultsLast(
                    written.multipliedBy(write).dividedBy(WRITES),
                    () -> Clients.unattended(stage.clients().write(leader, increment)));
        }
        stage.whileFaultsLast(written, () -> {
            if (stage.wipes(voter.number())) {
                voter.crash(SimNode.Crash.POWER);
                voter.wipe();
                stage.whileFaultsLast(arguments.duration("down"), voter::start);
            }
        });
        apart(stage, voter, List.of(leader), written, end);
        apart(stage, voter, others.subList(0, half), written, end);
    }

    private static void apart(Stage stage, SimNode one, List<SimNode> others, Duration from, Duration to) {
        SimNetwork network = stage.cluster().network();
        for (SimNode other : others) {
            stage.whileFaultsLast(from, () -> {
                network.cut(one.number(), other.number());
                network.cut(other.number(), one.number());
                stage.whileFaultsLast(to.minus(from), () -> {
                    network.restore(one.number(), other.number());
                    network.restore(other.number(), one.number());
                });
            });
        }
    }
}
