package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator does to the membership, as a value. Whom it concerns is decided when it happens, by {@code pick}, among those
 * to whom it can be done then: a plan cannot know who will be a member.
 */
public sealed interface Churn {

    /** Kinds of changes, one step each; {@code SEVERAL} is two of them in one change. */
    enum Kind {
        /** A spare server becomes a voter. */
        ADD,
        /** A spare server becomes a learner. */
        ADD_LEARNER,
        /** A learner becomes a voter. */
        PROMOTE,
        /** A voter becomes a learner; it may be the leader. */
        DEMOTE,
        /** A member goes; it may be the leader. */
        REMOVE,
        /** A spare server takes a member's place. */
        REPLACE,
        /** Two of the others at once. */
        SEVERAL
    }

    /** Asks the leader for a change. */
    record Change(Kind kind, long pick) implements Churn {}

    /** A member loses its disk, is started again with an empty one after a while, and is re-admitted. */
    record Wipe(long pick, Duration down) implements Churn {}

    /** A member moves: it is found at another address, then says so, and then is not found at the old one any more. */
    record Move(long pick) implements Churn {}

    /** Two operators who do not know of each other each let a member move, for the configuration that they have looked at. */
    record Conflict(long pick) implements Churn {}

    /** Every member is replaced by a spare server, all in one change. */
    record ReplaceAll(long pick) implements Churn {}

    /** Something at a time. */
    record Timed(Duration at, Churn what) {}

    /** What happens until everything is healed. */
    static List<Timed> draw(SimRandom random, Duration electionTimeout, Duration length) {
        List<Timed> all = new ArrayList<>();
        long meanGap = electionTimeout.toNanos() * random.pick(1, 3, 6);
        double wipes = random.pick(0, 10, 30) / 100.0;
        long at = electionTimeout.toNanos() * 3;
        while (at < length.toNanos()) {
            long pick = random.nextLong() >>> 1;
            Churn step = random.chance(wipes)
                    ? new Wipe(pick, electionTimeout.dividedBy(2).multipliedBy(random.between(0, 10)))
                    : new Change(Kind.values()[random.nextInt(Kind.values().length)], pick);
            all.add(new Timed(Duration.ofNanos(at), step));
            at += random.delay(0, meanGap);
        }
        return List.copyOf(all);
    }

    /** Servers that move, and changes that concern all of them: besides what {@link #draw} says, from chance of their own. */
    static List<Timed> drawMoves(SimRandom random, Duration electionTimeout, Duration length) {
        List<Timed> all = new ArrayList<>();
        long meanGap = electionTimeout.toNanos() * random.pick(2, 5);
        long at = electionTimeout.toNanos() * 3;
        while (at < length.toNanos()) {
            long pick = random.nextLong() >>> 1;
            Churn step = switch (random.nextInt(4)) {
                case 0 -> new Conflict(pick);
                case 1 -> new ReplaceAll(pick);
                default -> new Move(pick);
            };
            all.add(new Timed(Duration.ofNanos(at), step));
            at += random.delay(0, meanGap);
        }
        return List.copyOf(all);
    }

    /** Settings that give up new servers sooner or later than one would choose. */
    static RaftConfig knobs(RaftConfig config, SimRandom random) {
        return config.toBuilder()
                .catchUpRounds((int) random.pick(1, 3, 10))
                .catchUpStallTimeout(config.electionTimeout().multipliedBy(random.pick(3, 10)))
                .build();
    }
}
