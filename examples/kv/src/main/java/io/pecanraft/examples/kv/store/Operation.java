package io.pecanraft.examples.kv.store;

import java.util.List;

/** One thing to do with the map: five that change it, five that look. */
public sealed interface Operation {

    /** Whether it can change the map, and so must go through the log. */
    default boolean isWrite() {
        return this instanceof Write;
    }

    /** An operation that can change the map. */
    sealed interface Write extends Operation {}

    /** An operation that only looks. */
    sealed interface Read extends Operation {}

    /** When {@link Set} takes place. */
    enum Condition {
        /** In any case. */
        ALWAYS,
        /** Only when the key has no value. */
        IF_ABSENT,
        /** Only when the key has a value. */
        IF_PRESENT
    }

    /**
     * Gives a key a value.
     *
     * @param condition when
     * @param returnOld answer with the value before, whether it was replaced or not, instead of with success
     */
    record Set(Bytes key, Bytes value, Condition condition, boolean returnOld) implements Write {}

    /** Gives several keys their values, all or none. */
    record SetAll(List<Pair> pairs) implements Write {

        /** Copies the list. */
        public SetAll {
            pairs = List.copyOf(pairs);
        }
    }

    /** A key and its value. */
    record Pair(Bytes key, Bytes value) {}

    /** Removes keys; answers how many had a value. */
    record Delete(List<Bytes> keys) implements Write {

        /** Copies the list. */
        public Delete {
            keys = List.copyOf(keys);
        }
    }

    /** Appends to a value, which is empty when absent; answers the new length. */
    record Append(Bytes key, Bytes tail) implements Write {}

    /** Adds to a decimal number, which is 0 when absent; answers the sum. */
    record Increment(Bytes key, long delta) implements Write {}

    /** The value of a key. */
    record Get(Bytes key) implements Read {}

    /** The values of several keys. */
    record GetAll(List<Bytes> keys) implements Read {

        /** Copies the list. */
        public GetAll {
            keys = List.copyOf(keys);
        }
    }

    /** How many of these keys have a value; a key named twice counts twice. */
    record Exists(List<Bytes> keys) implements Read {

        /** Copies the list. */
        public Exists {
            keys = List.copyOf(keys);
        }
    }

    /** The length of a value, 0 when absent. */
    record Length(Bytes key) implements Read {}

    /** How many keys have a value. */
    record Count() implements Read {}
}
