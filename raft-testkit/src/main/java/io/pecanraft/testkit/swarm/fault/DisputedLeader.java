package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.util.Optional;

/** A leader loses its followers without noticing, while clients write through another server and read from itself. */
abstract class DisputedLeader implements Family {

    /** The argument that names the server which clients write through. */
    private final String otherName;

    DisputedLeader(String otherName) {
        this.otherName = otherName;
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 2;
    }

    /** Happens when there is a leader, and it is not the server that clients write through. */
    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode other = stage.node(arguments.nodeAt(otherName));
        Optional<SimNode> leads = stage.cluster().leader().filter(node -> node != other);
        leads.ifPresent(leader -> happen(stage, arguments, leader, other));
    }

    abstract void happen(Stage stage, Arguments arguments, SimNode leader, SimNode other);

    static void writeAndRead(Stage stage, SimNode other, SimNode leader, int key, ReadConsistency consistency) {
        Draft increment = Draft.probe(key);
        Clients.unattended(stage.clients().write(other, increment));
        Clients.unattended(stage.clients().read(leader, key, consistency));
    }
}
