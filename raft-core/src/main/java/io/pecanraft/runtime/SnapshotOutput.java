package io.pecanraft.runtime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stream a state machine writes its snapshot to: cannot be closed by it, and ends with an error when the node stops. After a failure it takes nothing
 * any more and cannot be flushed: a state machine that swallows the failure, as a {@link java.io.PrintStream} does, would leave a gap.
 */
final class SnapshotOutput extends FilterOutputStream {

    private final BooleanSupplier stopped;
    private @Nullable IOException failure;

    SnapshotOutput(OutputStream out, BooleanSupplier stopped) {
        super(out);
        this.stopped = stopped;
    }

    private interface Writing {
        void run() throws IOException;
    }

    @Override
    public void write(int b) throws IOException {
        unlessFailed(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        unlessFailed(() -> out.write(bytes, offset, length));
    }

    /** Throws also when something that was written before has not got through. */
    @Override
    public void flush() throws IOException {
        unlessFailed(out::flush);
    }

    @Override
    public void close() throws IOException {
        flush();
    }

    private void unlessFailed(Writing writing) throws IOException {
        if (failure != null) {
            throw new IOException("an earlier write of this snapshot has failed", failure);
        }
        try {
            if (stopped.getAsBoolean()) {
                throw new IOException("the node is stopping");
            }
            writing.run();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
