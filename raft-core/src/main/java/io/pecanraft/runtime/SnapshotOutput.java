package io.pecanraft.runtime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** The stream a state machine writes its snapshot to: cannot be closed by it, and ends with an error when the node stops. */
final class SnapshotOutput extends FilterOutputStream {

    private final BooleanSupplier stopped;

    SnapshotOutput(OutputStream out, BooleanSupplier stopped) {
        super(out);
        this.stopped = stopped;
    }

    @Override
    public void write(int b) throws IOException {
        check();
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        check();
        out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        flush();
    }

    private void check() throws IOException {
        if (stopped.getAsBoolean()) {
            throw new IOException("the node is stopping");
        }
    }
}
