package io.pecanraft.testkit.swarm.schedule;

import io.pecanraft.model.FormationRecord;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.swarm.membership.Operator;
import io.pecanraft.testkit.swarm.workload.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the items of a schedule act upon. */
public final class Stage {

    private final SimCluster cluster;
    private final Clients<?, ?, ?> clients;
    private final FaultAtlas atlas;
    private final Operator operator;
    private final NetworkProfile calmNetwork;
    private final List<Runnable> atTheEndOfFaults = new ArrayList<>();
    private boolean faultsAreOver;

    /** A stage on which the faults have not ended. */
    public Stage(SimCluster cluster, Clients<?, ?, ?> clients, FaultAtlas atlas) {
        this.cluster = cluster;
        this.clients = clients;
        this.atlas = atlas.of(node -> cluster.node(node).disk().keepsItsPromises());
        this.operator = new Operator(cluster);
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
    public Clients<?, ?, ?> clients() {
        return clients;
    }

    /** Who lets servers come and go. */
    public Operator operator() {
        return operator;
    }

    /** Who lacks what, now. */
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

    /**
     * Makes the next step of a fault later, or undoes it, unless the faults have ended: from then on nothing breaks any more, and only
     * what is healed on purpose heals.
     */
    public void whileFaultsLast(Duration delay, Runnable step) {
        later(delay, () -> {
            if (!faultsAreOver) {
                step.run();
            }
        });
    }

    /** What must not outlast the faults is ended by this, in the very moment in which they end. */
    public void atTheEndOfFaults(Runnable what) {
        atTheEndOfFaults.add(what);
    }

    /** Whether every founder that has its data knows durably that the cluster is formed. */
    public boolean formed() {
        return cluster.nodes().stream()
                .limit(cluster.founders())
                .filter(node -> !atlas.isDamaged(node.number()))
                .allMatch(node -> node.disk()
                        .durable()
                        .formation()
                        .filter(FormationRecord::formed)
                        .isPresent());
    }

    /**
     * Notes that a server loses what it had promised to keep, if it may. Not before the cluster is formed: forming takes
     * every member, so one that is lost then is the end of it.
     *
     * @return whether it may
     */
    public boolean damages(int node) {
        if (!atlas.permits(node) || !formed()) {
            return false;
        }
        atlas.damaged(node);
        return true;
    }

    /** The same, for a server that loses everything and never comes back as the member that it was. */
    public boolean wipes(int node) {
        if (!damages(node)) {
            return false;
        }
        atlas.wiped(node);
        return true;
    }

    /** Ends the time in which faults come and go; what is broken now stays broken. */
    public void endFaults() {
        faultsAreOver = true;
        atTheEndOfFaults.forEach(Runnable::run);
    }
}
