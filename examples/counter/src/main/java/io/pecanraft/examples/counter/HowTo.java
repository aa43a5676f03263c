package io.pecanraft.examples.counter;

import io.pecanraft.LeadershipListener;
import io.pecanraft.ProposalOptions;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.NewCluster;
import io.pecanraft.log.chronicle.SnapshotArchive;
import io.pecanraft.log.chronicle.StorageInspection;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.spi.Storage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** The answers of {@code docs/guide.md}, compiled and tried. */
final class HowTo {

    private static final ByteBuffer SUM = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private HowTo() {}

    /** In place of one server another one. */
    // tag::replace
    static CompletableFuture<Membership> replace(RaftNode leader, NodeId old, MemberAddress fresh) {
        long decidedOn = leader.status().membership().orElseThrow().logIndex();
        return leader.changeMembership(MembershipChange.replace(old, fresh).expecting(decidedOn));
    }
    // end::replace

    /** On any server, however far behind it is: a write, and a read that sees it. */
    // tag::read-own-write
    static CompletableFuture<Long> addAndRead(RaftNode here, RaftNode elsewhere, long number) {
        return here.propose(Counter.encode(number), ProposalOptions.defaults())
                .thenCompose(written -> elsewhere.read(SUM, ReadConsistency.localNotBefore(written.index())))
                .thenApply(sum -> sum.getLong(0));
    }
    // end::read-own-write

    /** At most this old, on any server, without a message as long as it hears the leader. */
    // tag::read-recent
    static CompletableFuture<Long> recentSum(RaftNode node) {
        return node.read(SUM, ReadConsistency.boundedStaleness(Duration.ofSeconds(2)))
                .thenApply(sum -> sum.getLong(0));
    }
    // end::read-recent

    /** Whether a failed call may be repeated without doing anything twice. */
    // tag::outcome
    static boolean mayRepeat(Throwable failure) {
        return failure instanceof RaftException raft && raft.outcome() == RaftException.Outcome.NOT_DONE;
    }
    // end::outcome

    /** Starts and ends what one server only is to do. */
    // tag::leader-work
    static RaftNode.Subscription whileLeading(RaftNode node, LongConsumer begin, Runnable end) {
        return node.onLeadership(new LeadershipListener() {
            @Override
            public void elected(long term) {
                begin.accept(term); // must not block; gives the term to everything it does outside of the group
            }

            @Override
            public void lost(long term) {
                end.run(); // may come late: who receives the work refuses terms below the highest that it has seen
            }
        });
    }
    // end::leader-work

    /** A new format, as soon as every member reads it; the old one until then. */
    // tag::gate
    static ByteBuffer inNewestFormat(RaftNode node, int newVersion, ByteBuffer newFormat, ByteBuffer oldFormat) {
        boolean allReadIt = node.status().minimumVersion().orElse(0) >= newVersion;
        return allReadIt ? newFormat : oldFormat;
    }
    // end::gate

    /** Everything up to now in one file, which is read once more. Blocks. */
    // tag::backup
    static SnapshotArchive.Content backUp(RaftNode node, Path directory, Path file) {
        node.takeSnapshot().join();
        SnapshotArchive.write(directory, file);
        return SnapshotArchive.verify(file);
    }
    // end::backup

    /** What the first server of the new cluster is started with, as its only bootstrap member. Blocks. */
    // tag::restore
    static Storage restore(Path backup, Path fresh, ClusterId another, MemberAddress first) {
        new NewCluster(another, first, ChronicleStorageConfig.defaults()).restore(backup, fresh);
        return ChronicleStorage.open(fresh, another, GroupId.DEFAULT, first.node());
    }
    // end::restore

    /** The directory of the first server of another cluster, and up to where it goes. Blocks. */
    // tag::take-over
    static EntryId takeOver(Path left, Path fresh, ClusterId another, MemberAddress first) {
        try (StorageInspection old = StorageInspection.open(left)) {
            return new NewCluster(another, first, ChronicleStorageConfig.defaults()).takeOver(old, fresh);
        }
    }
    // end::take-over
}
