package io.pecanraft.examples.kv.store;

import java.util.List;

/** One thing to do with the map: change it, or look. */
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
     * @param expiry what becomes of its deadline
     */
    record Set(Bytes key, Bytes value, Condition condition, boolean returnOld, Expiry expiry) implements Write {

        /** Without a deadline. */
        public Set(Bytes key, Bytes value, Condition condition, boolean returnOld) {
            this(key, value, condition, returnOld, new Expiry.Never());
        }
    }

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

    /** Removes a key; answers its value. */
    record TakeOut(Bytes key) implements Write {}

    /** Answers the value of a key and changes its deadline. */
    record GetAndExpire(Bytes key, Expiry expiry) implements Write {}

    /**
     * Gives a key that has a value a deadline; answers 1, or 0 when nothing was changed.
     *
     * @param ttlMillis from the time of the command; not positive: the key is removed. At most {@link Limits#MAX_TTL_MILLIS}
     */
    record Expire(Bytes key, long ttlMillis, DeadlineCondition condition) implements Write {

        /** Checks the range. */
        public Expire {
            if (ttlMillis > Limits.MAX_TTL_MILLIS) {
                throw new IllegalArgumentException("a time to live of " + ttlMillis + " ms");
            }
        }
    }

    /** When {@link Expire} takes place. No deadline counts as one that never comes. */
    enum DeadlineCondition {
        /** In any case. */
        ALWAYS,
        /** Only when the key has none. */
        IF_NONE,
        /** Only when the key has one. */
        IF_SOME,
        /** Only to a later one. */
        IF_LATER,
        /** Only to an earlier one. */
        IF_EARLIER
    }

    /** Takes the deadline of a key away; answers 1, or 0 when it has none. */
    record Persist(Bytes key) implements Write {}

    /** Removes all keys. */
    record Clear() implements Write {}

    /** Brings the time of the log with it and frees what is over. Servers propose it, not clients. */
    record Tick() implements Write {}

    /**
     * Says where a server can be reached, or, with an empty address for clients, that it is no more. Servers propose it, not clients.
     */
    record Announce(Bytes server, Bytes clients, Bytes http) implements Write {}

    /**
     * Several operations with nothing in between; answers their results. One that is refused does not hold up the others. When
     * the results could be too large nothing is done.
     */
    record Transaction(List<Operation> operations) implements Write {

        /** Copies the list. */
        public Transaction {
            operations = List.copyOf(operations);
            if (operations.stream().anyMatch(Transaction.class::isInstance)) {
                throw new IllegalArgumentException("a transaction in a transaction");
            }
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

    /** How many milliseconds are left to a key, by the time of the last command; -1 without a deadline, -2 without a value. */
    record TimeToLive(Bytes key) implements Read {}

    /** All keys that match a pattern. */
    record Keys(Bytes pattern) implements Read {}

    /**
     * One step through all keys; answers those that match, and where to go on. Who goes on until that is 0 gets every key that
     * was there all the time at least once.
     *
     * @param cursor 0 to begin, or where to go on: a hash code, unsigned
     * @param count how many keys to look at, about
     */
    record Scan(int cursor, Bytes pattern, int count) implements Read {}
}
