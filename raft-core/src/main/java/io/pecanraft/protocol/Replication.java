package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.SnapshotMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings a leader's log to its followers (§5.3, §7): entries where its log still holds what they lack, a snapshot where not.
 *
 * <p>What goes to one follower, and when, is in {@link #replicate}; what is known of it in {@link Progress}.
 */
final class Replication {

    private final ServerState state;
    private final Outbox out;

    /** Ordered by id, so that every run sends in the same order. */
    private final Map<MemberId, Progress> followers = new TreeMap<>();

    /** Those that have left the configuration, and when they are left alone. Until then they are to hear that they have. */
    private final Map<MemberId, Long> leaving = new TreeMap<>();

    /** The log epochs of those that were followers before, in case they are again: answers of earlier ones may be late. */
    private final Map<MemberId, Long> formerEpochs = new TreeMap<>();

    /** What was sent in the flush under way: followers that lack the same are sent the same message, not an equal one. */
    private final List<Sent> sent = new ArrayList<>();

    /** A message, and how many entries it was allowed to have. */
    private record Sent(AppendEntries message, int most) {

        /** Whether it is what another follower lacks as well, which may be sent so many entries after this one. */
        boolean suits(Progress follower, long prevIndex, int otherMost) {
            return message.prev().index() == prevIndex
                    && message.knownEpoch() == follower.epoch()
                    && (most == otherMost || message.entries().size() < Math.min(most, otherMost));
        }
    }

    private Membership followed;

    /** Replicates to all members of the configuration in force, beginning with what is appended next. */
    Replication(ServerState state, long nowNanos) {
        this.state = state;
        this.out = state.out;
        this.followed = state.membership.inForce();
        followMembership(nowNanos);
    }

    /**
     * Another configuration is in force: who is new in it is replicated to from now on. Who has left it still is, until it has had
     * time to learn that this is committed: a server that knows of its removal stays quiet.
     */
    void followMembership(long nowNanos) {
        Membership before = followed;
        followed = state.membership.inForce();
        Set<MemberId> reachable = reachable(followed);
        for (MemberId member : reachable) {
            if (leaving.remove(member) != null) {
                state.addresses.removeLeaving(member.node());
            }
            followers.computeIfAbsent(
                    member,
                    id -> new Progress(
                            id,
                            formerEpochs.getOrDefault(id, 0L),
                            state.log.lastIndex() + 1,
                            state.settings,
                            nowNanos));
        }
        List.copyOf(followers.keySet()).stream()
                .filter(member -> !followed.contains(member)
                        && followed.member(member.node()).isPresent())
                .forEach(this::forget);
        for (Member member : before.members()) {
            if (followers.containsKey(member.id()) && !followed.contains(member.id())) {
                leaving.putIfAbsent(member.id(), Long.MAX_VALUE);
                state.addresses.addLeaving(member);
            }
        }
    }

    /** One server for each name: while one is being replaced under its name, the one that replaces it. */
    private Set<MemberId> reachable(Membership membership) {
        Set<MemberId> reachable = new TreeSet<>();
        for (Member member : membership.members()) {
            membership.member(member.node()).map(Member::id).ifPresent(reachable::add);
        }
        reachable.remove(state.self);
        return reachable;
    }

    /** The configuration in force is committed: those that have left it will hear so with the next heartbeats. */
    void membershipCommitted(long nowNanos) {
        leaving.replaceAll((member, until) -> Math.min(until, nowNanos + state.settings.electionTimeoutNanos()));
    }

    private void forgetThoseWhoLeft(long nowNanos) {
        leaving.entrySet().removeIf(each -> {
            boolean over = each.getValue() <= nowNanos;
            if (over) {
                forget(each.getKey());
                state.addresses.removeLeaving(each.getKey().node());
            }
            return over;
        });
    }

    private void forget(MemberId member) {
        Progress former = followers.remove(member);
        if (former != null && former.epoch() > 0) {
            formerEpochs.put(member, former.epoch());
        }
    }

    Collection<Progress> followers() {
        return followers.values();
    }

    /** One follower; null for who is none. */
    @Nullable
    Progress progress(MemberId member) {
        return followers.get(member);
    }

    /** Up to where a member holds our log durably, ourselves included. */
    long durableAt(MemberId member) {
        if (member.equals(state.self)) {
            return state.durability.durableIndex();
        }
        Progress progress = followers.get(member);
        return progress == null ? 0 : progress.matchIndex();
    }

    /** Asks for a message to this follower even if there is no news for it. */
    void nudge(NodeId node) {
        for (Progress follower : followers.values()) {
            if (follower.node().equals(node)) {
                follower.nudge();
            }
        }
    }

    // ---- sending

    /** Sends to every follower what it lacks and has room for. */
    void flush(long nowNanos) {
        forgetThoseWhoLeft(nowNanos);
        for (Progress follower : followers.values()) {
            replicate(follower, nowNanos);
        }
        sent.clear();
    }

    private void replicate(Progress follower, long nowNanos) {
        while (!follower.isPaused()) {
            long prevIndex = follower.nextIndex() - 1;
            if (prevIndex < state.log.base().index()) {
                startSnapshot(follower, nowNanos);
                break;
            }
            boolean hasNews = follower.nextIndex() <= state.log.lastIndex();
            if (!hasNews && !follower.wantsNudge()) {
                return;
            }
            if (hasNews && !state.log.inMemory(follower.nextIndex())) {
                read(follower);
                return;
            }
            send(
                    follower,
                    hasNews ? newsAfter(prevIndex, follower) : message(prevIndex, List.of(), follower),
                    nowNanos);
        }
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null) {
            transfer.flush(state.currentTerm(), out);
        }
    }

    private AppendEntries newsAfter(long prevIndex, Progress follower) {
        int most = follower.freeEntries(state.settings.maxAppendEntries());
        for (Sent earlier : sent) {
            if (earlier.suits(follower, prevIndex, most)) {
                return earlier.message();
            }
        }
        List<LogEntry> entries =
                state.log.slice(prevIndex + 1, state.log.lastIndex(), most, state.settings.maxAppendBytes());
        AppendEntries message = message(prevIndex, entries, follower);
        sent.add(new Sent(message, most));
        return message;
    }

    private AppendEntries message(long prevIndex, List<LogEntry> entries, Progress follower) {
        return new AppendEntries(
                state.currentTerm(), state.log.idAt(prevIndex), state.commitIndex(), entries, follower.epoch());
    }

    private void send(Progress follower, AppendEntries message, long nowNanos) {
        out.send(follower.node(), message);
        long bytes = 0;
        for (LogEntry entry : message.entries()) {
            bytes += entry.payloadBytes();
        }
        follower.sent(message.entries().size(), bytes, nowNanos);
    }

    /** What a slow follower needs and memory has let go is read from the log, without holding up the others. */
    private void read(Progress follower) {
        long token = state.nextToken();
        follower.reading(token);
        long end = Math.min(
                state.log.inMemoryFrom(),
                follower.nextIndex() + follower.freeEntries(state.settings.maxAppendEntries()));
        out.add(new Effect.ReadLog(token, follower.nextIndex(), end, state.settings.maxAppendBytes()));
    }

    void onLogRead(long token, List<LogEntry> entries, long nowNanos) {
        for (Progress follower : followers.values()) {
            if (follower.isReading(token)) {
                follower.readDone();
                // The follower may have moved on meanwhile, or the entries may have been compacted: then look again.
                if (!entries.isEmpty()
                        && entries.get(0).index() == follower.nextIndex()
                        && follower.nextIndex() > state.log.base().index()
                        && !follower.isPaused()) {
                    // Asked for as a probe, which no window bounds, perhaps; an answer to another one has opened it
                    // since.
                    int most = follower.freeEntries(entries.size());
                    send(follower, message(follower.nextIndex() - 1, entries.subList(0, most), follower), nowNanos);
                }
                return;
            }
        }
    }

    private void startSnapshot(Progress follower, long nowNanos) {
        SnapshotMeta snapshot = state.snapshot();
        Invariant.that(snapshot != null, "a log begins after its start only where a snapshot ends");
        if (snapshot != null) {
            follower.startSnapshot(new SnapshotTransfer(follower.node(), snapshot, state.settings, nowNanos));
            out.report(new Report.SnapshotSendStarted(follower.node(), snapshot));
        }
    }

    /** It was replaced by a newer one while it was being sent: begin again with that. */
    void onSnapshotUnavailable(NodeId peer, SnapshotMeta meta) {
        for (Progress follower : followers.values()) {
            SnapshotTransfer transfer = follower.transfer();
            if (follower.node().equals(peer)
                    && transfer != null
                    && transfer.meta().equals(meta)) {
                follower.endSnapshot();
            }
        }
    }

    void onUnreachable(NodeId peer) {
        for (Progress follower : followers.values()) {
            if (follower.node().equals(peer)) {
                follower.unreachable();
            }
        }
    }

    // ---- what followers answer

    /**
     * Every answer in our term is a sign of life; null for who is not in the configuration, and does not count, and for what was
     * said before the follower's log lost entries, perhaps these (K21).
     */
    @Nullable
    Progress heardFrom(MemberId from, long epoch, long nowNanos) {
        Progress follower = followers.get(from);
        if (follower == null) {
            state.strangers.spoke(from);
            return null;
        }
        if (epoch < follower.epoch()) {
            return null;
        }
        if (epoch > follower.epoch()) {
            if (follower.matchIndex() > 0) {
                // Otherwise the loss may be long ago: the epoch stays for good, and we have just taken office.
                out.report(new Report.FollowerRepairs(from, epoch, follower.matchIndex()));
            }
            follower.lostWithNotice(epoch);
        }
        follower.contact(nowNanos);
        return follower;
    }

    void onAppendEntriesResponse(MemberId from, AppendEntriesResponse response, long nowNanos) {
        Progress follower = heardFrom(from, response.epoch(), nowNanos);
        if (follower == null) {
            return;
        }
        if (!response.success()) {
            EntryId hint = response.hint();
            long nextToTry = hint.index() < state.log.base().index()
                    ? hint.index() + 1
                    : state.log.lastPossibleMatch(hint.term(), hint.index()).index() + 1;
            follower.rejected(response.index(), nextToTry);
            return;
        }
        if (acknowledged(follower, response.index(), nowNanos)) {
            follower.accepted();
        }
    }

    /** Returns false, and says so, when the follower claims what we do not have: then it is not our follower. */
    boolean acknowledged(Progress follower, long index, long nowNanos) {
        if (index > state.log.lastIndex()) {
            out.report(new Report.PeerAnomaly(
                    follower.member(), "acknowledges " + index + " of a log that ends at " + state.log.lastIndex()));
            return false;
        }
        follower.acknowledged(index, nowNanos);
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null && index >= transfer.meta().lastIncludedIndex()) {
            out.report(new Report.SnapshotSendFinished(follower.node(), transfer.meta()));
            follower.endSnapshot();
        }
        return true;
    }

    void onInstallSnapshotResponse(MemberId from, InstallSnapshotResponse response, long nowNanos) {
        Progress follower = heardFrom(from, response.epoch(), nowNanos);
        if (follower == null) {
            return;
        }
        if (response.installed()) {
            acknowledged(follower, response.lastIncludedIndex(), nowNanos);
            return;
        }
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null && transfer.meta().lastIncludedIndex() == response.lastIncludedIndex()) {
            transfer.acknowledged(response.nextOffset(), nowNanos);
        }
    }

    // ---- what the driver shows to others

    List<FollowerView> views() {
        Membership membership = state.membership.inForce();
        List<FollowerView> views = new ArrayList<>(followers.size());
        for (Progress follower : followers.values()) {
            if (membership.contains(follower.member())) {
                views.add(new FollowerView(
                        follower.member(),
                        follower.matchIndex(),
                        follower.nextIndex(),
                        state.log.bytesAbove(follower.matchIndex()),
                        follower.state(),
                        follower.contactNanos(),
                        follower.applicationVersion()));
            }
        }
        return views;
    }
}
