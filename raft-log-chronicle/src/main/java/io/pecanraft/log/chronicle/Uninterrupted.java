package io.pecanraft.log.chronicle;

import java.io.IOException;

/**
 * Work on files by a thread that is not the library's. Java closes the channels of an interrupted thread, which would look like a disk that
 * fails; so an interrupt that was there before is kept until the work is done.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /** What is done. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    static <T> T run(Work<T> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
