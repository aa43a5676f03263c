package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.SimDisk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every disk that ever was, the wiped ones as they were: what anybody may rightly believe about them. */
final class Disks {

    private final Map<MemberId, SimDisk> disks = new HashMap<>();

    void add(SimDisk disk) {
        disks.put(disk.identity().memberId(), disk);
    }

    @Nullable
    SimDisk of(MemberId member) {
        return disks.get(member);
    }

    /** Whether a majority of the configuration, or of both, has an entry where no crash can take it away. */
    boolean durableOnQuorum(Membership membership, EntryId entry) {
        return durableOnMajority(membership.voters(), entry)
                && (!membership.isJoint() || durableOnMajority(membership.outgoingVoters(), entry));
    }

    private boolean durableOnMajority(List<Member> voters, EntryId entry) {
        int count = 0;
        for (Member voter : voters) {
            SimDisk disk = disks.get(voter.id());
            if (disk != null && durable(disk, entry)) {
                count++;
            }
        }
        return count > voters.size() / 2;
    }

    /** Whether a disk durably has an entry, in its log or by a snapshot that includes it; or answers for it while it is refilled. */
    static boolean durable(SimDisk disk, EntryId entry) {
        LogImage log = disk.durable();
        return log.base().index() >= entry.index()
                || log.holds(entry)
                || disk.answersFor(entry)
                || snapshotCovers(disk, entry.index());
    }

    static boolean snapshotCovers(SimDisk disk, long index) {
        return disk.newestSnapshot()
                .map(meta -> meta.lastIncludedIndex() >= index)
                .orElse(false);
    }

    /** Whether there is a first configuration that all its members have durably agreed to: whether the cluster exists. */
    boolean isFormed() {
        return disks.values().stream()
                .anyMatch(disk -> disk.agreement()
                        .filter(record -> agreedByAll(record.membership()))
                        .isPresent());
    }

    /** Whether every member of a first configuration has once durably agreed to exactly it, which no loss of one can undo. */
    boolean agreedByAll(Membership first) {
        for (Member member : first.voters()) {
            SimDisk disk = disks.get(member.id());
            Optional<FormationRecord> record = disk == null ? Optional.empty() : disk.agreement();
            if (record.isEmpty() || !record.get().membership().equals(first)) {
                return false;
            }
        }
        return true;
    }
}
