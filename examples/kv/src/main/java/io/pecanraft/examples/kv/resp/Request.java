package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Bytes;
import java.util.List;

/**
 * A request as it arrived.
 *
 * @param args the name of the command and its arguments; at least one
 * @param sizeBytes what it counts against the limits of requests in flight
 */
public record Request(List<Bytes> args, int sizeBytes) {

    /** What an argument costs beside its bytes, so that many empty ones count too. */
    static final int ARGUMENT_OVERHEAD_BYTES = 32;

    /** Copies the list. */
    public Request {
        args = List.copyOf(args);
        if (args.isEmpty()) {
            throw new IllegalArgumentException("a request has at least the name of a command");
        }
    }

    /** The name of the command as the client wrote it. */
    public String name() {
        return args.get(0).utf8();
    }

    /** An argument; 1 is the first after the name. */
    public Bytes arg(int index) {
        return args.get(index);
    }

    /** The number of arguments, the name included. */
    public int size() {
        return args.size();
    }
}
