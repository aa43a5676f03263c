package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.RaftNode;
import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The system of this project. */
public final class PecanRaft implements FrontedSystem {

    @Override
    public String name() {
        return "pecanraft";
    }

    @Override
    public String version() {
        String version = RaftNode.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.POWER_LOSS, Guarantee.PROCESS_CRASH);
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
    }

    @Override
    public boolean hasGroups() {
        return true;
    }

    @Override
    public boolean hasSnapshotsOnDemand() {
        return true;
    }

    @Override
    public List<ReplicatedMap> startMaps(ServerPlace place) {
        return new PecanRaftServer(place).start();
    }
}
