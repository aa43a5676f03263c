package io.pecanraft.testkit.check;

import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What one server has sent to one other, as a leader, and is not known to have arrived. */
final class UnderWay {

    private record Sent(long lastIndex, int entries, long bytes) {}

    private final Deque<Sent> appends = new ArrayDeque<>();
    private long term;
    private long entries;
    private long bytes;

    private long snapshotTerm;

    /** By the snapshot's last index: a server that is re-admitted is two followers for a while, and may be sent one for each. */
    private final Map<Long, Long> acknowledgedOffsets = new HashMap<>();

    /** Entries were sent. Those after them, if any were before, are given up: the leader has gone back. */
    void sent(AppendEntries append) {
        if (append.term() != term) {
            term = append.term();
            clear();
        }
        if (append.entries().isEmpty()) {
            return;
        }
        long prevIndex = append.prev().index();
        dropFrom(prevIndex + 1);
        long size = 0;
        for (LogEntry entry : append.entries()) {
            size += entry.payloadBytes();
        }
        int count = append.entries().size();
        appends.addLast(new Sent(prevIndex + count, count, size));
        entries += count;
        bytes += size;
    }

    /** The leader of a term counts as acknowledged everything up to an index, and as sent everything below another. */
    void agree(long leaderTerm, long matchIndex, long nextIndex) {
        if (leaderTerm != term) {
            clear();
        }
        dropFrom(nextIndex);
        while (!appends.isEmpty() && appends.getFirst().lastIndex() <= matchIndex) {
            forget(appends.removeFirst());
        }
    }

    long entries() {
        return entries;
    }

    long bytesBeforeTheLast() {
        return appends.isEmpty() ? 0 : bytes - appends.getLast().bytes();
    }

    /** How far a chunk lies ahead of what the follower has said that it holds; whatever it has said, the leader may know less. */
    long aheadOfAcknowledged(InstallSnapshot chunk) {
        if (chunk.term() != snapshotTerm) {
            snapshotTerm = chunk.term();
            acknowledgedOffsets.clear();
        }
        return chunk.offset() - acknowledgedOffsets.getOrDefault(chunk.meta().lastIncludedIndex(), 0L);
    }

    void answered(InstallSnapshotResponse answer) {
        if (answer.term() == snapshotTerm) {
            acknowledgedOffsets.merge(answer.lastIncludedIndex(), answer.nextOffset(), Math::max);
        }
    }

    private void dropFrom(long index) {
        while (!appends.isEmpty() && appends.getLast().lastIndex() >= index) {
            forget(appends.removeLast());
        }
    }

    private void forget(Sent sent) {
        entries -= sent.entries();
        bytes -= sent.bytes();
    }

    /** What was sent until now is counted no longer. */
    void clear() {
        appends.clear();
        entries = 0;
        bytes = 0;
    }
}
