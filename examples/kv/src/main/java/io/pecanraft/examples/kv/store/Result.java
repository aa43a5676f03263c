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

    /** Refused, with the text for the client, code first. Nothing was changed. */
    record Refused(String error) implements Result {}
}
