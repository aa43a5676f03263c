package io.pecanraft.benchmarks.load;

import java.time.Duration;

/** Connects the client process to a cluster. */
public interface Connector {

    /**
     * Finds the leader, connects to it, and runs a load until that is over. Calls {@link Load#onReply} for each answer, then
     * {@link Load#onTurn} at the end of each turn of its thread, and that also without answers as often as the load asks.
     *
     * @param target where to, and what with
     * @param patience how long the cluster may take to have a leader
     * @param load what is sent
     */
    AutoCloseable connect(Target target, Duration patience, Load load) throws Exception;
}
