package io.pecanraft.testkit.swarm.schedule;

import io.pecanraft.testkit.sim.SimRandom;

/**
 * A kind of thing that may be on a schedule: a family of faults, or an operation of clients and operators. A family has no
 * state; what it knows is in its items.
 *
 * <p>To add one: write a class in {@code swarm.fault} or {@code swarm.operation} and name it in {@code Families}. Seeds then
 * draw it, schedules read and write it, the shrinker cuts it down.
 */
public interface Family {

    /** The word for it in the text of a schedule; unique, without spaces. */
    String word();

    /** Whether a cluster like this can have it. */
    default boolean suits(Draw draw) {
        return true;
    }

    /**
     * For operations: how many of them there are for each write, in a seed that draws them. Faults ignore it; they come at
     * a pace of their own.
     */
    default double perWrite(SimRandom random) {
        return 1;
    }

    /** The arguments of one item. */
    Arguments draw(Draw draw);

    /** Makes it happen, now. */
    void happen(Stage stage, Arguments arguments);
}
