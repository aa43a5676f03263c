package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The whole network gets worse for a while: loss, delay, repetition, messages of long ago. */
public final class Storm implements Family {

    @Override
    public String word() {
        return "storm";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    @Override
    public Arguments draw(Draw draw) {
        boolean connections = draw.random().chance(0.5);
        double loss = draw.percent(0, 30);
        return Arguments.none()
                .with("connections", Boolean.toString(connections))
                .with("min", draw.random().pick(50_000, 500_000))
                .with(
                        "extra",
                        draw.random()
                                .pick(100_000, 2_000_000, draw.electionTimeout().toNanos() / 8))
                .with("loss", connections ? loss / 10 : loss)
                .with("duplicate", connections ? 0.0 : draw.percent(0, 30))
                .with("replay", connections ? 0.0 : draw.percent(0, 30))
                .with("slice", draw.random().chance(0.5) ? 0.5 : 0.0)
                .with("for", draw.upTo(10));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNetwork network = stage.cluster().network();
        NetworkProfile stormy = new NetworkProfile(
                Boolean.parseBoolean(arguments.word("connections")),
                arguments.count("min"),
                arguments.count("extra"),
                arguments.fraction("loss"),
                arguments.fraction("duplicate"),
                arguments.fraction("replay"),
                arguments.fraction("slice"));
        network.profile(stormy);
        NetworkProfile calm = stage.calmNetwork();
        stage.whileFaultsLast(arguments.duration("for"), () -> {
            if (isStill(stormy, network)) {
                network.profile(calm);
            }
        });
    }

    /** A later storm ends by itself. */
    @SuppressWarnings("ReferenceEquality") // this very storm, and not one just like it
    private static boolean isStill(NetworkProfile stormy, SimNetwork network) {
        return network.profile() == stormy;
    }
}
