package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The verdict that a storage is never used again, because others have proof that it lacks what it had promised: a file of its own,
 * beside term and vote. That it is there decides; its text is for whoever looks. A crash while it is written leaves it there or not, and
 * in the second case the server is told once more.
 */
final class Condemnation {

    /** A longer text is not ours. */
    private static final int MAX_BYTES = 4_096;

    private final Path data;
    private final Barrier barrier;

    Condemnation(Path data, Barrier barrier) {
        this.data = data;
        this.barrier = barrier;
    }

    /** Durable when it returns. */
    void write(StorageException why) throws IOException {
        byte[] text = String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8);
        FileTree.writeFile(
                DirectoryLayout.condemned(data), Arrays.copyOf(text, Math.min(text.length, MAX_BYTES)), barrier);
        barrier.forceDirectory(data);
    }

    /** Why a storage is not to be used, if it is not. */
    static Optional<StorageException> of(Path data) throws IOException {
        Path path = DirectoryLayout.condemned(data);
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        byte[] text = Files.size(path) > MAX_BYTES ? new byte[0] : Files.readAllBytes(path);
        String why = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(text))
                .toString();
        return Optional.of(
                new StorageException(Reason.ROLLED_BACK, path + ": " + (why.isEmpty() ? "no reason is left" : why)));
    }
}
