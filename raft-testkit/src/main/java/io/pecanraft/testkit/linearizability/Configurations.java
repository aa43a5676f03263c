package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which configurations have been tried: the set of answered operations that are placed, the state they led to, and which
 * unanswered ones were used on the way. Using fewer of those leaves more to choose from later, so a configuration is hopeless
 * as well if the same one with fewer of them was.
 *
 * @param <S> the state
 */
final class Configurations<S> {

    /** A set of operations, without the full words in front and the empty ones at the end: almost always one word or two. */
    private static final class Key {
        private final int from;
        private final long[] words;
        private final Object state;
        private final int hash;

        Key(long[] bits, Object state) {
            int first = 0;
            while (first < bits.length && bits[first] == -1L) {
                first++;
            }
            int end = bits.length;
            while (end > first && bits[end - 1] == 0) {
                end--;
            }
            this.from = first;
            this.words = Arrays.copyOfRange(bits, first, end);
            this.state = state;
            this.hash = 31 * (31 * Arrays.hashCode(words) + first) + state.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && from == key.from
                    && Arrays.equals(words, key.words)
                    && state.equals(key.state);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Map<Key, List<long[]>> tried = new HashMap<>();

    /** Notes a configuration; false if trying it would be in vain. */
    boolean add(long[] answered, long[] unanswered, S state) {
        List<long[]> usedBefore = tried.computeIfAbsent(new Key(answered, state), key -> new ArrayList<>(1));
        for (long[] used : usedBefore) {
            if (isSubset(used, unanswered)) {
                return false;
            }
        }
        usedBefore.removeIf(used -> isSubset(unanswered, used));
        usedBefore.add(unanswered.length == 0 ? unanswered : unanswered.clone());
        return true;
    }

    private static boolean isSubset(long[] inner, long[] outer) {
        for (int i = 0; i < inner.length; i++) {
            if ((inner[i] & ~outer[i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
