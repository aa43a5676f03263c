package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** A directory among others: nothing can happen to it. */
record PlainDisk(Path data) implements Disk {

    private static IOException impossible() {
        return new IOException("the disk is a plain directory");
    }

    @Override
    public void fill() throws IOException {
        throw impossible();
    }

    @Override
    public void free() {
        // Nothing was taken.
    }

    @Override
    public void losePower() throws IOException {
        throw impossible();
    }

    @Override
    public void restorePower() throws IOException {
        throw impossible();
    }

    @Override
    public void close() {
        // The directory goes with what is around it.
    }
}
