package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories of segments that were removed from the log, kept to be written again. Where each flush is waited for, a new file is filled with flushed zeros
 * first, so that each byte is written twice; one that has its blocks already needs none but at its beginning. That its old
 * records are none of the new segment's every reader knows by their incarnation.
 *
 * <p>They keep the name of what is being removed, so that the next start discards them; before that they give their room back when the log
 * or a snapshot has none. Thread-safe.
 */
final class SpareSegments {

    private static final Logger LOG = LoggerFactory.getLogger(SpareSegments.class);

    private final int max;
    private final Deque<Path> kept = new ArrayDeque<>();

    /** None at first, and no more than this ever. */
    SpareSegments(int max) {
        this.max = max;
    }

    /** Keeps a directory that nobody reads any more; false when there are enough, and the caller is to delete it. */
    synchronized boolean keep(Path directory) {
        return kept.size() < max && kept.add(directory);
    }

    synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The caller's from now on; null when there is none. */
    synchronized @Nullable Path take() {
        return kept.poll();
    }

    /** Gives their room back. Nothing depends on that: one that cannot be deleted is kept, and said. */
    synchronized void deleteAll() {
        for (int i = kept.size(); i > 0; i--) {
            Path directory = kept.remove();
            try {
                FileTree.delete(directory);
            } catch (IOException e) {
                kept.add(directory);
                LOG.atWarn().addKeyValue("directory", directory).setCause(e).log("a removed segment cannot be deleted");
            }
        }
    }
}
