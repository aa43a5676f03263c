package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Bytes;
import java.util.List;

/** A reply, independent of the protocol version in which it is written. */
public sealed interface Reply {

    /** The usual success. */
    Reply OK = new Simple("OK");

    /** Nothing. */
    Reply NULL = new Null();

    /** A short text without line breaks. */
    record Simple(String text) implements Reply {}

    /**
     * A failure.
     *
     * @param message a code in capitals, a blank, a sentence; line breaks become blanks
     */
    record Failure(String message) implements Reply {

        /** A failure must fit into one line of the protocol, whatever the client sent. */
        public Failure {
            message = message.replace('\r', ' ').replace('\n', ' ');
        }
    }

    /** A number. */
    record Int(long value) implements Reply {}

    /** Bytes. */
    record Bulk(Bytes bytes) implements Reply {}

    /** No value. */
    record Null() implements Reply {}

    /** Replies in order. */
    record Array(List<Reply> elements) implements Reply {

        /** Copies the list. */
        public Array {
            elements = List.copyOf(elements);
        }
    }

    /** Keys with values, in order; RESP2 writes them as one array. */
    record Pairs(List<Pair> pairs) implements Reply {

        /** Copies the list. */
        public Pairs {
            pairs = List.copyOf(pairs);
        }
    }

    /** One key with its value. */
    record Pair(String key, Reply value) {}

    /** Text as bytes. */
    static Reply bulk(String text) {
        return new Bulk(Bytes.of(text));
    }

    /** A failure with the general code. */
    static Reply error(String sentence) {
        return new Failure("ERR " + sentence);
    }
}
