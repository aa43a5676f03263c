package io.pecanraft.testkit.check;

import io.pecanraft.RaftException;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.sim.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients asked for and were told. Every command carries the number of its call in front, so the committed log says
 * what became of it: never there twice, there if acknowledged, not there if refused.
 */
public final class Operations {

    /** The bytes in front of each command and query. */
    public static final int HEADER_BYTES = Long.BYTES;

    private final Verdict verdict;
    private final CommittedLog committed;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<Integer, Integer> openByNode = new HashMap<>();
    private int open;

    /** What a client knows about a call. */
    public enum State {
        /** Not answered. */
        OPEN,
        /** Done. */
        ACKNOWLEDGED,
        /** Certainly not done. */
        NOT_DONE,
        /** Perhaps done: so the answer said, or the server died. */
        UNKNOWN
    }

    private static final class Operation {
        final long id;
        final boolean read;
        final int node;
        final long committedBefore;
        State state = State.OPEN;
        long committedAt;
        long queriedAt = -1;

        Operation(long id, boolean read, int node, long committedBefore) {
            this.id = id;
            this.read = read;
            this.node = node;
            this.committedBefore = committedBefore;
        }

        @Override
        public String toString() {
            return (read ? "read " : "proposal ") + id + " at n" + (node + 1);
        }
    }

    Operations(Verdict verdict, CommittedLog committed) {
        this.verdict = verdict;
        this.committed = committed;
        committed.listen(this::committed);
    }

    /** A call begins; the result is its number. */
    public long begin(int node, boolean read) {
        Operation operation = new Operation(operations.size() + 1L, read, node, committed.lastIndex());
        operations.add(operation);
        open++;
        openByNode.merge(node, 1, Integer::sum);
        return operation.id;
    }

    /** The number of the call that began last; 0 before the first. */
    public long lastBegun() {
        return operations.size();
    }

    /** A command or query with the number of its call in front. */
    public static ByteBuffer wrap(long id, ByteBuffer payload) {
        ByteBuffer wrapped = ByteBuffer.allocate(HEADER_BYTES + payload.remaining());
        return wrapped.putLong(id).put(payload.duplicate()).flip();
    }

    /** The number in front of a wrapped command or query. */
    public static long idOf(ByteBuffer wrapped) {
        return wrapped.remaining() < HEADER_BYTES ? 0 : wrapped.getLong(wrapped.position());
    }

    /** What was wrapped. */
    public static ByteBuffer unwrap(ByteBuffer wrapped) {
        return wrapped.slice(wrapped.position() + HEADER_BYTES, wrapped.remaining() - HEADER_BYTES)
                .asReadOnlyBuffer();
    }

    private void committed(LogEntry entry) {
        if (entry.type() != EntryType.COMMAND) {
            return;
        }
        long id = idOf(entry.payload());
        if (id < 1 || id > operations.size() || operation(id).read) {
            verdict.fail("no-phantoms", entry + " was committed, which nobody proposed");
            return;
        }
        Operation operation = operation(id);
        if (operation.committedAt != 0) {
            verdict.fail(
                    "at-most-once", operation + " is in the log at " + operation.committedAt + " and " + entry.index());
        }
        operation.committedAt = entry.index();
        if (operation.state == State.NOT_DONE) {
            verdict.fail(
                    "not-done-is-final", operation + " was refused for certain, but is committed at " + entry.index());
        }
        if (entry.index() <= operation.committedBefore) {
            verdict.fail(
                    "real-time-order", operation + " is at " + entry.index() + ", which was committed before the call");
        }
    }

    /** A proposal was acknowledged. */
    public void acknowledged(long id, long index) {
        Operation operation = answered(id, State.ACKNOWLEDGED);
        if (operation.committedAt != index) {
            verdict.fail(
                    "acknowledged-is-committed",
                    operation + " was acknowledged at " + index + ", but is committed at " + operation.committedAt
                            + " (0: not)");
        }
    }

    /** A query of a read is put to the state machine. */
    public void queried(long id, long appliedIndex) {
        if (id >= 1 && id <= operations.size()) {
            operation(id).queriedAt = appliedIndex;
        }
    }

    /**
     * A linearizable read was answered: from a state that holds all that was committed anywhere before the call (thesis
     * §6.4).
     *
     * @return the index of the last command that the answer reflects
     */
    public long answeredLinearizably(long id) {
        Operation operation = answered(id, State.ACKNOWLEDGED);
        long needed = committed.lastCommandIndex(operation.committedBefore);
        if (operation.queriedAt < needed) {
            verdict.fail(
                    "linearizable-reads",
                    operation + " was answered from the state at " + operation.queriedAt + ", but " + needed
                            + " was committed before the call");
        }
        return Math.max(0, operation.queriedAt);
    }

    /**
     * A read that may miss something was answered: from a state that holds everything up to an index.
     *
     * @param what the promise in words, for the failure
     * @param floorIndex a committed index
     * @return the index of the last command that the answer reflects
     */
    public long answeredNotBefore(long id, String what, long floorIndex) {
        Operation operation = answered(id, State.ACKNOWLEDGED);
        long needed = committed.lastCommandIndex(floorIndex);
        if (operation.queriedAt < needed) {
            verdict.fail(
                    "bounded-reads",
                    operation + ", " + what + ", was answered from the state at " + operation.queriedAt
                            + ", but may miss nothing up to " + needed);
        }
        return Math.max(0, operation.queriedAt);
    }

    /** A call failed. */
    public void failed(long id, Throwable failure) {
        if (!(failure instanceof RaftException typed)) {
            verdict.fail("typed-errors", operation(id) + " failed with " + failure, failure);
            return;
        }
        Operation operation =
                answered(id, typed.outcome() == RaftException.Outcome.NOT_DONE ? State.NOT_DONE : State.UNKNOWN);
        if (operation.state == State.NOT_DONE && operation.committedAt != 0) {
            verdict.fail(
                    "not-done-is-final",
                    operation + " was refused for certain (" + failure + "), but is committed at "
                            + operation.committedAt);
        }
    }

    /** The server that a call went to has died, so nobody will ever answer. */
    public void abandoned(long id) {
        if (operation(id).state == State.OPEN) {
            answered(id, State.UNKNOWN);
        }
    }

    /** What the client of a call knows. */
    public State state(long id) {
        return operation(id).state;
    }

    /** How many calls are not answered. */
    public int open() {
        return open;
    }

    /** How many calls at a server are not answered. */
    public int open(int node) {
        return openByNode.getOrDefault(node, 0);
    }

    /** How many calls there were in a state. */
    public long count(State state) {
        return operations.stream().filter(operation -> operation.state == state).count();
    }

    /** The calls that are not answered, for a message. */
    public List<String> describeOpen() {
        return operations.stream()
                .filter(operation -> operation.state == State.OPEN)
                .map(Operation::toString)
                .toList();
    }

    private Operation answered(long id, State state) {
        Operation operation = operation(id);
        if (operation.state != State.OPEN) {
            verdict.fail("one-answer", operation + " was answered twice: " + operation.state + " and " + state);
        }
        operation.state = state;
        open--;
        openByNode.merge(operation.node, -1, Integer::sum);
        return operation;
    }

    private Operation operation(long id) {
        return operations.get((int) (id - 1));
    }
}
