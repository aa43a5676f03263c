package io.pecanraft.examples.kv.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The keys of a round. A few are in use at a time, each for {@value #USES} questions, so that its history can be judged; it stays in use when a
 * write to it is of unknown outcome. At the end all are read once more: what is lost of a key of long ago is lost as well. Thread-safe.
 */
final class RigKeys {

    static final int IN_USE = 6;

    private static final int USES = 100;

    private final String prefix;
    private final List<String> all = new ArrayList<>();
    private final int[] current = new int[IN_USE];
    private final int[] uses = new int[IN_USE];

    RigKeys(String prefix) {
        this.prefix = prefix;
        for (int i = 0; i < IN_USE; i++) {
            current[i] = fresh();
        }
    }

    private int fresh() {
        all.add(prefix + all.size());
        return all.size() - 1;
    }

    /** One for the next question. */
    synchronized String next(Random random) {
        int place = random.nextInt(IN_USE);
        if (uses[place]++ == USES) {
            current[place] = fresh();
            uses[place] = 1;
        }
        return all.get(current[place]);
    }

    /** All that were ever in use. */
    synchronized List<String> all() {
        return List.copyOf(all);
    }
}
