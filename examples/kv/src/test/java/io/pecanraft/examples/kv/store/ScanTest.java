package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.statemachine.SnapshotView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who scans to the end sees what was there all the time, whatever else happens meanwhile. */
class ScanTest {

    private final KvStateMachine machine = new KvStateMachine();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyKeyThatStaysIsSeenWhileOthersComeAndGo(long seed) {
        Random random = new Random(seed);
        Set<Bytes> staying = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            staying.add(Bytes.of("stays" + i));
        }
        staying.forEach(key -> Commands.apply(machine, set(key)));
        SnapshotView view = null;
        Set<Bytes> seen = new HashSet<>();
        int cursor = 0;
        int steps = 0;
        do {
            Result.Page page = scan(cursor, 1 + random.nextInt(20));
            seen.addAll(page.keys());
            cursor = page.next();
            for (int i = 0; i < 20; i++) {
                Bytes key = Bytes.of("comes" + random.nextInt(300));
                Commands.apply(machine, random.nextBoolean() ? set(key) : new Operation.Delete(List.of(key)));
            }
            if (view == null) {
                view = machine.captureSnapshot();
            } else if (random.nextInt(4) == 0) {
                view.close();
                view = null;
            }
            steps++;
        } while (cursor != 0);
        assertThat(seen).containsAll(staying);
        assertThat(steps).as("so that something happened in between").isGreaterThan(20);
    }

    @Test
    void keysOfOneHashCodeComeTogether() {
        // "Aa" and "BB" have one hash code, and so has everything that is made of them.
        Set<Bytes> all = new HashSet<>();
        for (int bits = 0; bits < 64; bits++) {
            StringBuilder key = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                key.append((bits >> i & 1) == 0 ? "Aa" : "BB");
            }
            all.add(Bytes.of(key.toString()));
        }
        all.forEach(key -> Commands.apply(machine, set(key)));
        Commands.apply(machine, set(Bytes.of("another")));

        List<Bytes> seen = new ArrayList<>();
        int cursor = 0;
        do {
            Result.Page page = scan(cursor, 1);
            seen.addAll(page.keys());
            cursor = page.next();
        } while (cursor != 0);
        assertThat(seen).doesNotHaveDuplicates().hasSize(65).containsAll(all);
    }

    /** A client may go on at another server, which may be of another release. */
    @Test
    void theOrderIsTheSameEverywhere() {
        for (String key : List.of("a", "b", "c", "user:1", "user:2", "")) {
            Commands.apply(machine, set(Bytes.of(key)));
        }
        assertThat(scan(0, 100).keys().stream().map(Bytes::utf8))
                .containsExactly("b", "user:2", "", "a", "user:1", "c");
    }

    @Test
    void aStepIsBoundedWhateverIsAskedFor() {
        Operation.Pair[] pairs = new Operation.Pair[Limits.MAX_SCAN_COUNT + 10];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new Operation.Pair(Bytes.of("k" + i), Bytes.EMPTY);
        }
        Commands.apply(machine, new Operation.SetAll(List.of(pairs)));
        Result.Page page = scan(0, Integer.MAX_VALUE);
        assertThat(page.keys()).hasSizeBetween(Limits.MAX_SCAN_COUNT, Limits.MAX_SCAN_COUNT + 9);
        assertThat(page.next()).isNotZero();
    }

    private Result.Page scan(int cursor, int count) {
        return (Result.Page) Commands.query(machine, new Operation.Scan(cursor, Bytes.of("*"), count))
                .get(0);
    }

    private static Operation set(Bytes key) {
        return new Operation.Set(key, Bytes.of("v"), Condition.ALWAYS, false);
    }
}
