package io.pecanraft.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/** Ends a process with the one that has started it. */
final class ParentWatch {

    private ParentWatch() {}

    /** Waits until standard input ends: the parent holds its other end, and says nothing. */
    static void awaitEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The pipe broke: the parent is gone as well.
        }
    }
}
