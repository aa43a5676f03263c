package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Linearizable reads at a leader (thesis §6.4): remember the commit index, make sure by a round of heartbeats <em>sent
 * afterwards</em> that there was no newer leader, then let the read see at least that index. All reads of a turn share a round.
 */
final class ReadQueue {

    /**
     * Reads that may wait for a round, of our own clients and of followers each; more are refused at once. The driver limits
     * those that clients wait for, but one whose client has given up stays here until it is confirmed or leadership ends.
     */
    static final int MAX_WAITING = 65_536;

    private record Remote(NodeId from, ReadIndex question) {}

    private static final class Batch {
        final List<Long> local = new ArrayList<>();
        /** A set, because a follower repeats a question that was not answered. */
        final Set<Remote> remote = new LinkedHashSet<>();

        long readIndex;
        long round;

        boolean isEmpty() {
            return local.isEmpty() && remote.isEmpty();
        }
    }

    private final ServerState state;
    private final ArrayDeque<Batch> unconfirmed = new ArrayDeque<>();
    private Batch collecting = new Batch();
    private int localWaiting;
    private int remoteWaiting;

    ReadQueue(ServerState state) {
        this.state = state;
    }

    void add(long requestId) {
        if (localWaiting >= MAX_WAITING) {
            state.out.add(new Effect.FailReads(List.of(requestId)));
            return;
        }
        collecting.local.add(requestId);
        localWaiting++;
    }

    void add(NodeId from, ReadIndex question) {
        if (remoteWaiting >= MAX_WAITING) {
            refuse(new Remote(from, question));
            return;
        }
        if (collecting.remote.add(new Remote(from, question))) {
            remoteWaiting++;
        }
    }

    /** Whether reads wait that no round has been sent for. */
    boolean needsRound() {
        return !collecting.isEmpty();
    }

    /**
     * The round that is being sent confirms what has been collected. Only to be called once an entry of this leader's term is
     * committed: before that its commit index may lag behind what an earlier leader acknowledged.
     */
    void roundStarts(long round) {
        collecting.readIndex = state.commitIndex();
        collecting.round = round;
        unconfirmed.addLast(collecting);
        collecting = new Batch();
    }

    /** A quorum has echoed this round. Returns the followers that now wait for an index, so that they learn of its commit. */
    List<NodeId> confirmedThrough(long round) {
        List<NodeId> waiting = new ArrayList<>();
        while (!unconfirmed.isEmpty() && unconfirmed.getFirst().round <= round) {
            Batch batch = unconfirmed.removeFirst();
            if (!batch.local.isEmpty()) {
                state.out.add(new Effect.ServeReads(batch.readIndex, List.copyOf(batch.local)));
            }
            for (Remote remote : batch.remote) {
                ReadIndex question = remote.question;
                state.out.send(
                        remote.from,
                        new ReadIndexResponse(question.nonce(), question.requestId(), true, batch.readIndex));
                waiting.add(remote.from);
            }
            localWaiting -= batch.local.size();
            remoteWaiting -= batch.remote.size();
        }
        return waiting;
    }

    /** Leadership is over: nothing that waits can be confirmed here. */
    void failAll() {
        unconfirmed.addLast(collecting);
        collecting = new Batch();
        for (Batch batch : unconfirmed) {
            if (!batch.local.isEmpty()) {
                state.out.add(new Effect.FailReads(List.copyOf(batch.local)));
            }
            batch.remote.forEach(this::refuse);
        }
        unconfirmed.clear();
        localWaiting = 0;
        remoteWaiting = 0;
    }

    private void refuse(Remote remote) {
        ReadIndex question = remote.question;
        state.out.send(remote.from, new ReadIndexResponse(question.nonce(), question.requestId(), false, 0));
    }
}
