package io.pecanraft.examples.counter;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A {@link Counter} with a file of its own: after a restart it goes on where the file ends, instead of replaying the log. What a
 * state machine on an embedded database does, in small.
 */
public final class DiskCounter implements StateMachine {

    private final Path file;
    private long sum;
    private long appliedIndex;

    /** Goes on with what the file holds; its directory must be there. */
    public DiskCounter(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            ByteBuffer stored = ByteBuffer.wrap(Files.readAllBytes(file));
            sum = stored.getLong();
            appliedIndex = stored.getLong();
        }
    }

    // tag::persist
    @Override
    public long appliedIndex() {
        return appliedIndex; // as stored with the sum; commands up to here are not given again
    }

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            sum += command.payload().getLong();
            command.reply(Counter.encode(sum));
        }
        store(sum, batch.lastIndex()); // one flush for the batch; the replies leave when this returns
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        sum = new DataInputStream(source.stream()).readLong();
        store(sum, source.lastIncludedIndex());
    }

    /** Effects and index together, or neither: aside, flushed, renamed. A database does it in one transaction. */
    private void store(long newSum, long index) {
        Path aside = file.resolveSibling(file.getFileName() + ".tmp");
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(newSum)
                .putLong(index)
                .flip();
        try (FileChannel out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store the state; the node stops", e);
        }
        appliedIndex = index;
    }
    // end::persist

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return Counter.encode(sum);
    }

    @Override
    public SnapshotView captureSnapshot() {
        long frozen = sum;
        return out -> new DataOutputStream(out).writeLong(frozen);
    }
}
