package io.pecanraft.testkit.swarm.schedule;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.swarm.register.Clients;
import java.time.Duration;

/** What the items of a schedule act upon. */
public final class Stage {

    private final SimCluster cluster;
    private final Clients clients;
    private final FaultAtlas atlas;
    private final NetworkProfile calmNetwork;
    private boolean faultsAreOver;

    /** A stage on which the faults have not ended. */
    public Stage(SimCluster cluster, Clients clients, FaultAtlas atlas) {
        this.cluster = cluster;
        this.clients = clients;
        this.atlas = atlas;
        this.calmNetwork = cluster.network().profile();
    }

    /** The cluster. */
    public SimCluster cluster() {
        return cluster;
    }

    /** The server with this number. */
    public SimNode node(int number) {
        return cluster.node(number);
    }

    /** Those who write and read, and compare what they are told with the committed log. */
    public Clients clients() {
        return clients;
    }

    /** Who has lost what. */
    public FaultAtlas atlas() {
        return atlas;
    }

    /** How the network is on an ordinary day. */
    public NetworkProfile calmNetwork() {
        return calmNetwork;
    }

    /** Does something later, whatever happens until then. */
    public void later(Duration delay, Runnable what) {
        cluster.scheduler().after(delay.toNanos(), SimScheduler.NO_NODE, what);
    }

    /** Undoes a fault later, unless the faults have ended: from then on only what is healed on purpose heals. */
    public void undoLater(Duration delay, Runnable undo) {
        later(delay, () -> {
            if (!faultsAreOver) {
                undo.run();
            }
        });
    }

    /** Ends the time in which faults come and go; what is broken now stays broken. */
    public void endFaults() {
        faultsAreOver = true;
    }
}
