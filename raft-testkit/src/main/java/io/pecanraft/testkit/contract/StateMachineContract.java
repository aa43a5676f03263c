package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * What every state machine must do to be replicated: the same commands lead to the same replies and the same snapshot, in
 * whatever batches they come, in whichever instance, and across a snapshot at any point.
 *
 * <pre>{@code
 * class CounterContractTest extends StateMachineContract {
 *     protected StateMachine newStateMachine() {
 *         return new Counter();
 *     }
 *     protected ByteBuffer randomCommand(RandomGenerator random) {
 *         return ByteBuffer.allocate(8).putLong(0, random.nextLong());
 *     }
 * }
 * }</pre>
 *
 * <p>It finds what clocks, random numbers, iteration in the order of identity hashes, state that a snapshot forgets, and
 * queries that change something do to replies or state. It cannot find what its commands do not touch: let {@link
 * #randomCommand} draw all kinds, with few keys, so that they meet.
 */
public abstract class StateMachineContract {

    private static final long MILLIS_PER_COMMAND = 10;
    private static final long FIRST_MILLIS = 1_767_225_600_000L;

    private static final int CUTS = 8;

    /** How many points of a snapshot are tried, spread over all commands when those are more. */
    private static final int MAX_POINTS = 100;

    /** For subclasses: one instance for each test, as JUnit makes them. */
    protected StateMachineContract() {}

    /** A state machine without state. Called several times in a test; the test closes what it got. */
    protected abstract StateMachine newStateMachine() throws Exception;

    /** A command as a client might propose it, drawn from this chance alone. Bad ones are welcome where replies say so. */
    protected abstract ByteBuffer randomCommand(RandomGenerator random);

    /** A query as a client might ask it; empty, as by default, when the state machine answers none. */
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        return Optional.empty();
    }

    /**
     * A snapshot in a form in which equal states are equal. By default as it is; a state machine that writes its parts in an
     * order that is not part of its state puts them in order here.
     */
    protected ByteBuffer canonical(ByteBuffer snapshot) {
        return snapshot;
    }

    /** How many commands a test applies. Default 300. */
    protected int commands() {
        return 300;
    }

    /** From which commands and batches are drawn; shown when a test fails. Default 1. */
    protected long seed() {
        return 1;
    }

    /** The same commands give the same replies and the same snapshot in two instances. */
    @Test
    protected void twoInstancesReplyAlikeAndEndAlike() throws Exception {
        Run first = run(List.of(commands()));
        // A clock that shows in replies or state must have moved on.
        long before = System.currentTimeMillis();
        while (System.currentTimeMillis() - before < 2) {
            Thread.onSpinWait();
        }
        Run second = run(List.of(commands()));
        assertSame(second, first, "two instances with the same commands");
    }

    /** One by one, in one batch, or in batches of any size: nothing of that shows. */
    @Test
    protected void batchCutsDoNotShow() throws Exception {
        Run whole = run(List.of(commands()));
        List<Integer> single = new ArrayList<>();
        for (int i = 0; i < commands(); i++) {
            single.add(1);
        }
        assertSame(run(single), whole, "one command a batch, and all in one");
        SplittableRandom random = new SplittableRandom(seed());
        for (int cut = 0; cut < CUTS; cut++) {
            List<Integer> sizes = new ArrayList<>();
            int most = 1 + random.nextInt(commands());
            for (int left = commands(); left > 0; left -= sizes.get(sizes.size() - 1)) {
                sizes.add(1 + random.nextInt(Math.min(left, most)));
            }
            assertSame(run(sizes), whole, "batches of " + sizes + ", and all in one");
        }
    }

    /** An instance that was restored anywhere on the way ends as the one that was not. */
    @Test
    protected void aSnapshotAtAnyPointIsTheWholeState() throws Exception {
        List<ByteBuffer> commands = draw();
        Run whole = run(List.of(commands.size()));
        for (int point = 0; point <= commands.size(); point += step()) {
            byte[] snapshot;
            try (StateMachine machine = newStateMachine()) {
                apply(machine, commands, 0, point);
                snapshot = snapshot(machine);
            }
            try (StateMachine restored = newStateMachine()) {
                restore(restored, snapshot, point);
                goesOnAsBefore(restored, snapshot, point, commands, whole, "a new instance");
            }
        }
    }

    /** A restore into an instance that had a state leaves nothing of it. */
    @Test
    protected void restoringReplacesWhateverWasThere() throws Exception {
        List<ByteBuffer> commands = draw();
        Run whole = run(List.of(commands.size()));
        for (int point = 0; point <= commands.size(); point += step()) {
            try (StateMachine machine = newStateMachine()) {
                apply(machine, commands, 0, point);
                byte[] snapshot = snapshot(machine);
                apply(machine, commands, point, commands.size());
                restore(machine, snapshot, point);
                goesOnAsBefore(machine, snapshot, point, commands, whole, "the instance that had gone on");
            }
        }
    }

    /** What is applied while a snapshot is written does not get into it. */
    @Test
    protected void aSnapshotIsFrozenWhenItIsCaptured() throws Exception {
        List<ByteBuffer> commands = draw();
        for (int point = 0; point <= commands.size(); point += step()) {
            try (StateMachine machine = newStateMachine()) {
                apply(machine, commands, 0, point);
                byte[] atOnce = snapshot(machine);
                byte[] later;
                try (SnapshotView view = machine.captureSnapshot()) {
                    apply(machine, commands, point, commands.size());
                    later = write(view);
                }
                assertThat(canonical(ByteBuffer.wrap(later)))
                        .as("%s: a snapshot captured after command %d and written after the last", where(), point)
                        .isEqualTo(canonical(ByteBuffer.wrap(atOnce)));
            }
        }
    }

    /** Queries leave replies and snapshots as they are without them. */
    @Test
    protected void queriesChangeNothing() throws Exception {
        List<ByteBuffer> commands = draw();
        Run whole = run(List.of(commands.size()));
        SplittableRandom random = new SplittableRandom(seed());
        try (StateMachine machine = newStateMachine()) {
            List<ByteBuffer> replies = new ArrayList<>();
            for (int i = 0; i < commands.size(); i++) {
                replies.addAll(apply(machine, commands, i, i + 1));
                byte[] before = i % step() == 0 ? snapshot(machine) : new byte[0];
                Optional<ByteBuffer> query = randomQuery(random);
                if (query.isPresent()) {
                    ByteBuffer answer = copy(machine.query(query.get().asReadOnlyBuffer()));
                    assertThat(machine.query(query.get().asReadOnlyBuffer()))
                            .as("%s: the answer to the same query again, after command %d", where(), i + 1)
                            .isEqualTo(answer);
                }
                if (i % step() == 0) {
                    assertThat(canonical(ByteBuffer.wrap(snapshot(machine))))
                            .as("%s: the state after a query, after command %d", where(), i + 1)
                            .isEqualTo(canonical(ByteBuffer.wrap(before)));
                }
            }
            assertSame(
                    new Run(replies, ByteBuffer.wrap(snapshot(machine))),
                    whole,
                    "with queries in between, and without");
        }
    }

    /** The buffer of a reply is not used again for another one. */
    @Test
    protected void aReplyBelongsToTheLibrary() throws Exception {
        List<ByteBuffer> commands = draw();
        try (StateMachine machine = newStateMachine()) {
            List<ByteBuffer> given = new ArrayList<>();
            List<ByteBuffer> asGiven = new ArrayList<>();
            for (int i = 0; i < commands.size(); i++) {
                List<ByteBuffer> replies = feed(machine, commands, i, i + 1);
                given.addAll(replies);
                replies.forEach(reply -> asGiven.add(copy(reply)));
            }
            assertThat(given)
                    .as("%s: replies, after all that came later", where())
                    .isEqualTo(asGiven);
        }
    }

    // ---- running a state machine

    /** What came of all commands. */
    private record Run(List<ByteBuffer> replies, ByteBuffer snapshot) {}

    private Run run(List<Integer> batchSizes) throws Exception {
        List<ByteBuffer> commands = draw();
        try (StateMachine machine = newStateMachine()) {
            List<ByteBuffer> replies = new ArrayList<>();
            int from = 0;
            for (int size : batchSizes) {
                replies.addAll(apply(machine, commands, from, from + size));
                from += size;
            }
            return new Run(replies, ByteBuffer.wrap(snapshot(machine)));
        }
    }

    private List<ByteBuffer> draw() {
        SplittableRandom random = new SplittableRandom(seed());
        List<ByteBuffer> commands = new ArrayList<>();
        for (int i = 0; i < commands(); i++) {
            commands.add(copy(randomCommand(random)));
        }
        return commands;
    }

    private static List<ByteBuffer> apply(StateMachine machine, List<ByteBuffer> all, int from, int toExclusive) {
        List<ByteBuffer> replies = new ArrayList<>();
        if (from < toExclusive) {
            feed(machine, all, from, toExclusive).forEach(reply -> replies.add(copy(reply)));
        }
        return replies;
    }

    /** Applies some of these commands, the first of which has index 1. Returns the replies as they are; empty where there is none. */
    private static List<ByteBuffer> feed(StateMachine machine, List<ByteBuffer> all, int from, int toExclusive) {
        FedBatch batch = new FedBatch(
                all.subList(from, toExclusive), from + 1L, index -> FIRST_MILLIS + index * MILLIS_PER_COMMAND);
        machine.apply(batch);
        return batch.replies().stream()
                .map(reply -> reply.orElseGet(() -> ByteBuffer.allocate(0)))
                .toList();
    }

    private static byte[] snapshot(StateMachine machine) throws IOException {
        try (SnapshotView view = machine.captureSnapshot()) {
            return write(view);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static byte[] write(SnapshotView view) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        view.writeTo(out);
        return out.toByteArray();
    }

    private static void restore(StateMachine machine, byte[] snapshot, long lastIncludedIndex) throws IOException {
        machine.restore(new SnapshotSource() {
            @Override
            public long lastIncludedIndex() {
                return lastIncludedIndex;
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(snapshot);
            }
        });
    }

    private void goesOnAsBefore(
            StateMachine restored, byte[] snapshot, int point, List<ByteBuffer> commands, Run whole, String who)
            throws IOException {
        String what = "restored into " + who + " from a snapshot after command " + point;
        assertThat(canonical(ByteBuffer.wrap(snapshot(restored))))
                .as("%s: the snapshot of what was %s", where(), what)
                .isEqualTo(canonical(ByteBuffer.wrap(snapshot)));
        List<ByteBuffer> replies = new ArrayList<>(whole.replies().subList(0, point));
        replies.addAll(apply(restored, commands, point, commands.size()));
        assertSame(new Run(replies, ByteBuffer.wrap(snapshot(restored))), whole, what + ", and without a snapshot");
    }

    private void assertSame(Run actual, Run expected, String what) {
        for (int i = 0; i < expected.replies().size(); i++) {
            assertThat(actual.replies().get(i))
                    .as("%s: the reply to command %d; %s", where(), i + 1, what)
                    .isEqualTo(expected.replies().get(i));
        }
        assertThat(canonical(actual.snapshot()))
                .as("%s: the snapshot after the last command; %s", where(), what)
                .isEqualTo(canonical(expected.snapshot()));
    }

    private String where() {
        return "seed " + seed() + ", " + commands() + " commands";
    }

    private int step() {
        return Math.max(1, commands() / MAX_POINTS);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }
}
