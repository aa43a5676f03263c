package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.aeron.AeronCluster;
import io.pecanraft.benchmarks.jgroups.JGroupsRaft;
import io.pecanraft.benchmarks.jraft.SofaJRaft;
import io.pecanraft.benchmarks.microraft.MicroRaft;
import io.pecanraft.benchmarks.pecanraft.PecanRaft;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import java.util.List;
import java.util.stream.Collectors;

/** The systems that can be measured. */
final class Systems {

    /** The one that this project is about. */
    static final String OWN = "pecanraft";

    static final List<BenchmarkedSystem> ALL =
            List.of(new PecanRaft(), new MicroRaft(), new JGroupsRaft(), new SofaJRaft(), new AeronCluster());

    private Systems() {}

    /**
     * The system of that name.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    static BenchmarkedSystem of(String name) {
        return ALL.stream()
                .filter(system -> system.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no system is called '" + name + "'; there are "
                        + ALL.stream().map(BenchmarkedSystem::name).collect(Collectors.joining(", "))));
    }
}
