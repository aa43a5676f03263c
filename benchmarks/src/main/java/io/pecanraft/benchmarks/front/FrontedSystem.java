package io.pecanraft.benchmarks.front;

import io.pecanraft.benchmarks.load.Connector;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.util.List;

/** A library that is embedded into the server, and reached through a {@link Front}. */
public interface FrontedSystem extends BenchmarkedSystem {

    /** Starts the library, with a map for each group. */
    List<ReplicatedMap> startMaps(ServerPlace place) throws Exception;

    @Override
    default void startServer(ServerPlace place) throws Exception {
        Front.open(ServerPlace.HOST, place.clientPort(), startMaps(place));
    }

    @Override
    default Connector connector() {
        return new FrontConnector();
    }
}
