package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.swarm.fault.BitRot;
import io.pecanraft.testkit.swarm.fault.Blackout;
import io.pecanraft.testkit.swarm.fault.Bridge;
import io.pecanraft.testkit.swarm.fault.BrokenHandover;
import io.pecanraft.testkit.swarm.fault.Chain;
import io.pecanraft.testkit.swarm.fault.ClockStep;
import io.pecanraft.testkit.swarm.fault.Clog;
import io.pecanraft.testkit.swarm.fault.Crash;
import io.pecanraft.testkit.swarm.fault.Echo;
import io.pecanraft.testkit.swarm.fault.FailedFlush;
import io.pecanraft.testkit.swarm.fault.FailedSnapshots;
import io.pecanraft.testkit.swarm.fault.Flapping;
import io.pecanraft.testkit.swarm.fault.FullDisk;
import io.pecanraft.testkit.swarm.fault.HungDisk;
import io.pecanraft.testkit.swarm.fault.Isolation;
import io.pecanraft.testkit.swarm.fault.LateAnswers;
import io.pecanraft.testkit.swarm.fault.LateVotes;
import io.pecanraft.testkit.swarm.fault.LinkCut;
import io.pecanraft.testkit.swarm.fault.LongerLog;
import io.pecanraft.testkit.swarm.fault.Pause;
import io.pecanraft.testkit.swarm.fault.PutBack;
import io.pecanraft.testkit.swarm.fault.ReadError;
import io.pecanraft.testkit.swarm.fault.ReadOnlyDisk;
import io.pecanraft.testkit.swarm.fault.Ring;
import io.pecanraft.testkit.swarm.fault.RottenSnapshot;
import io.pecanraft.testkit.swarm.fault.SlowDisk;
import io.pecanraft.testkit.swarm.fault.SlowThread;
import io.pecanraft.testkit.swarm.fault.Split;
import io.pecanraft.testkit.swarm.fault.Storm;
import io.pecanraft.testkit.swarm.fault.TypeCut;
import io.pecanraft.testkit.swarm.fault.WallClockJump;
import io.pecanraft.testkit.swarm.fault.Wipe;
import io.pecanraft.testkit.swarm.fault.WipedVoter;
import io.pecanraft.testkit.swarm.operation.BoundedRead;
import io.pecanraft.testkit.swarm.operation.ChangeMembership;
import io.pecanraft.testkit.swarm.operation.ChangeSeveral;
import io.pecanraft.testkit.swarm.operation.ConflictingMoves;
import io.pecanraft.testkit.swarm.operation.LeaseRead;
import io.pecanraft.testkit.swarm.operation.LocalRead;
import io.pecanraft.testkit.swarm.operation.LoseMember;
import io.pecanraft.testkit.swarm.operation.MoveMember;
import io.pecanraft.testkit.swarm.operation.Read;
import io.pecanraft.testkit.swarm.operation.ReplaceAllMembers;
import io.pecanraft.testkit.swarm.operation.RetriedWrite;
import io.pecanraft.testkit.swarm.operation.SessionWrite;
import io.pecanraft.testkit.swarm.operation.TakeSnapshot;
import io.pecanraft.testkit.swarm.operation.Transfer;
import io.pecanraft.testkit.swarm.operation.Write;
import io.pecanraft.testkit.swarm.schedule.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that can be on a schedule. The order says which of two items of the same time comes first. */
final class Families {

    /** What goes wrong. */
    static final List<Family> FAULTS = List.of(
            Crash.OF_THE_PROCESS,
            Crash.BY_LOSS_OF_POWER,
            new Blackout(),
            new Pause(),
            new Split(),
            new Isolation(),
            new Bridge(),
            new Ring(),
            new Chain(),
            new LinkCut(),
            new Flapping(),
            new Clog(),
            new Storm(),
            new SlowDisk(),
            new FailedFlush(),
            new FailedSnapshots(),
            new WallClockJump(),
            new ClockStep(),
            new SlowThread(),
            new HungDisk(),
            new ReadError(),
            new TypeCut(),
            new Wipe(),
            new BitRot(),
            new BrokenHandover(),
            new LateAnswers(),
            new Echo(),
            new WipedVoter(),
            new LongerLog(),
            new LateVotes(),
            new FullDisk(),
            new RottenSnapshot(),
            new ReadOnlyDisk(),
            new PutBack());

    /** What clients and operators do. */
    static final List<Family> OPERATIONS = List.of(
            new Write(),
            new RetriedWrite(),
            new Read(),
            new TakeSnapshot(),
            new LeaseRead(),
            new BoundedRead(),
            new LocalRead(),
            new Transfer(),
            new SessionWrite());

    /** What operators do to the membership, where there are servers that may come and go. */
    static final List<Family> MEMBERSHIP = membership();

    private static final Map<String, Family> BY_WORD = byWord();

    private Families() {}

    /**
     * The family of an item.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    static Family named(String word) {
        Family family = BY_WORD.get(word);
        if (family == null) {
            throw new IllegalArgumentException("nothing in a schedule is called \"" + word + "\"");
        }
        return family;
    }

    /** Whether this is the name of a fault. */
    static boolean isFault(String word) {
        return FAULTS.contains(named(word));
    }

    private static List<Family> membership() {
        List<Family> all = new ArrayList<>(ChangeMembership.all());
        all.add(new ChangeSeveral());
        all.add(new LoseMember());
        all.add(new MoveMember());
        all.add(new ConflictingMoves());
        all.add(new ReplaceAllMembers());
        return List.copyOf(all);
    }

    private static Map<String, Family> byWord() {
        List<Family> all = new ArrayList<>(FAULTS);
        all.addAll(OPERATIONS);
        all.addAll(MEMBERSHIP);
        Map<String, Family> byWord = new HashMap<>();
        for (Family family : all) {
            if (byWord.put(family.word(), family) != null) {
                throw new IllegalStateException("two families are called " + family.word());
            }
        }
        return byWord;
    }
}
