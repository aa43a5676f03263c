package io.pecanraft.protocol;

import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.List;

/** What became of a request to change the membership. */
public sealed interface ChangeOutcome {

    /** It is committed; or there was nothing to change. */
    record Done(Membership membership) implements ChangeOutcome {}

    /** This server does not lead, or ceased to before the log knew anything of the change. Certainly not done. */
    record NotLeader() implements ChangeOutcome {}

    /** Another change is under way, whose newest configuration has this index; 0 when it has none yet. */
    record InProgress(long pendingIndex) implements ChangeOutcome {}

    /** It does not fit the configuration in force, for these reasons. */
    record Invalid(List<String> violations) implements ChangeOutcome {}

    /**
     * A new server could not be brought to where the others are, or so many of the voters to be cannot be reached that they would
     * have no majority. The configuration is as it was before.
     */
    record NotCaughtUp(NodeId node, long lagEntries, String why) implements ChangeOutcome {}

    /** Leadership was lost while the log knew of the change: the next leader may finish it, or it is gone. */
    record Lost(long index) implements ChangeOutcome {}
}
