package io.pecanraft.examples.kv.store;

import java.util.List;
import java.util.Optional;

/** What an operation answers. */
public sealed interface Result {

    /** Done, nothing more to say. */
    record Done() implements Result {}

    /** No value; or a condition did not hold. */
    record Absent() implements Result {}

    /** A number. */
    record Int(long value) implements Result {}

    /** A value. */
    record Value(Bytes value) implements Result {}

    /** Several values, some of them absent. */
    record Values(List<Optional<Bytes>> values) implements Result {

        /** Copies the list. */
        public Values {
            values = List.copyOf(values);
        }
    }

    /**
     * A part of the keys.
     *
     * @param next where to go on: a hash code, unsigned; 0 when there are no more
     */
    record Page(int next, List<Bytes> keys) implements Result {

        /** Copies the list. */
        public Page {
            keys = List.copyOf(keys);
        }
    }

    /** The results of a transaction's operations, in their order. */
    record All(List<Result> results) implements Result {

        /** Copies the list. */
        public All {
            results = List.copyOf(results);
        }
    }

    /** Refused, with the text for the client, code first. Nothing was changed. */
    record Refused(String error) implements Result {}
}
