package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.sim.Hash;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Follows one state machine through one life of its server: exactly the committed commands, in order, none left out, none
 * twice, and a snapshot is the state at exactly the index that it names.
 */
public final class ReplicaCheck {

    private final Verdict verdict;
    private final CommittedLog committed;
    private final SimDisk disk;
    private long appliedIndex;
    private long chain = CommittedLog.EMPTY_CHAIN;

    ReplicaCheck(Verdict verdict, CommittedLog committed, SimDisk disk) {
        this.verdict = verdict;
        this.committed = committed;
        this.disk = disk;
    }

    /** The index of the last command applied, or of the snapshot restored. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** Stands for all commands that were applied, in order. */
    public long chain() {
        return chain;
    }

    /** A command is about to be applied. */
    public void applying(long index, ByteBuffer payload) {
        if (index > committed.lastIndex()) {
            fail("apply-only-committed", "applies " + index + ", but only " + committed.lastIndex() + " is committed");
            return;
        }
        LogEntry entry = committed.entry(index);
        if (entry.type() == EntryType.SESSION && committed.command(index).isEmpty()) {
            fail("exactly-once", "applies " + entry + ", which is a copy, or of no session that is open");
        } else if (!committed.command(index).equals(Optional.of(payload))) {
            fail("state-machine-safety", "applies another command at " + index + " than " + entry);
        } else if (index <= appliedIndex || committed.chain(index - 1) != chain) {
            fail("apply-in-order", "applies " + index + " after " + appliedIndex + ", with one left out or twice");
        }
        if (disk.durable().lastIndex() < index && !Disks.snapshotCovers(disk, index)) {
            fail(
                    "apply-only-durable",
                    "applies " + index + ", but its durable log ends at "
                            + disk.durable().lastId());
        }
        appliedIndex = index;
        chain = committed.chain(index);
    }

    /** The state machine replied to the command that is being applied. */
    public void replied(long index, ByteBuffer reply) {
        if (index <= committed.lastIndex()) {
            committed.replied(disk.node(), index, Hash.mix(1, reply));
        }
    }

    /** The state machine's state was replaced by a snapshot. */
    public void restored(long lastIncludedIndex, long snapshotChain) {
        if (lastIncludedIndex > committed.lastIndex()) {
            fail("snapshot-of-committed", "restores a snapshot of " + lastIncludedIndex + ", which nobody committed");
            return;
        }
        if (committed.chain(lastIncludedIndex) != snapshotChain) {
            fail(
                    "snapshot-is-its-index",
                    "the snapshot of " + lastIncludedIndex + " holds another state than that after it");
        }
        if (lastIncludedIndex < appliedIndex) {
            fail("apply-in-order", "restores a snapshot of " + lastIncludedIndex + " after applying " + appliedIndex);
        }
        appliedIndex = lastIncludedIndex;
        chain = snapshotChain;
    }

    private void fail(String rule, String what) {
        verdict.fail(rule, disk.identity().node() + " " + what);
    }
}
