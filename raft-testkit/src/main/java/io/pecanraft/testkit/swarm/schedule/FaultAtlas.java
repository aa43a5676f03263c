package io.pecanraft.testkit.swarm.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which servers lack something that they had promised to keep, and so what may be expected of the cluster.
 *
 * <p>Crashes, cuts and delays are over one day, and then everything must work again. A wiped disk is not over: that server counts no
 * more, and rightly. One with a damaged log gets back from the others what it lacks, and then it is as good as any. As long as a
 * majority of the members keeps its promises at any time the others must recover without either; beyond that a halt is right, and all
 * that may be demanded is that nothing wrong is said.
 * A seed draws which servers are {@linkplain #expendable expendable}: usually a minority, so that recovery is required; in
 * some seeds all.
 */
public final class FaultAtlas {

    private final int nodes;
    private final Set<Integer> expendable;
    private final IntPredicate isWhole;
    private final BitSet damaged = new BitSet();
    private final BitSet wiped = new BitSet();

    /** An atlas on which nothing is damaged. */
    public FaultAtlas(int nodes, Set<Integer> expendable) {
        this(nodes, expendable, node -> false);
    }

    private FaultAtlas(int nodes, Set<Integer> expendable, IntPredicate isWhole) {
        this.nodes = nodes;
        this.expendable = Set.copyOf(expendable);
        this.isWhole = isWhole;
    }

    /** The same, of disks that can be looked at: a server whose disk is whole again was refilled. */
    FaultAtlas of(IntPredicate isWholeAgain) {
        return new FaultAtlas(nodes, expendable, isWholeAgain);
    }

    /** The servers that may be damaged. */
    public Set<Integer> expendable() {
        return expendable;
    }

    /** Whether this server may be damaged. Never the last: a cluster that is wiped altogether is a new one. */
    public boolean permits(int node) {
        return expendable.contains(node) && !isDamaged(node) && damaged().size() < nodes - 1;
    }

    /** A server has lost what it had promised to keep. */
    public void damaged(int node) {
        damaged.set(node);
    }

    /** Whether a server has lost what it had promised to keep, and does not have it again. */
    public boolean isDamaged(int node) {
        return damaged.get(node) && (wiped.get(node) || !isWhole.test(node));
    }

    /** A server that {@linkplain #damaged was damaged} has lost everything. */
    public void wiped(int node) {
        wiped.set(node);
    }

    /** Whether a server is no member any more, with the storage that it has. */
    public boolean isWiped(int node) {
        return wiped.get(node);
    }

    /** Whether enough servers have kept their promises for the cluster to go on. */
    public boolean recoverable() {
        return nodes - damaged().size() > nodes / 2;
    }

    private List<Integer> damaged() {
        return damaged.stream().filter(this::isDamaged).boxed().toList();
    }

    @Override
    public String toString() {
        return damaged().isEmpty() ? "nobody lacks anything" : "damaged " + damaged() + " of " + nodes;
    }
}
