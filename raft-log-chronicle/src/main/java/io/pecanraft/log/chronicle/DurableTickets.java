package io.pecanraft.log.chronicle;

import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import org.jspecify.annotations.Nullable;

/** For one who writes and has nothing else to do than to wait until it is durable. */
final class DurableTickets implements RaftLog.Listener {

    private long durable;
    private @Nullable StorageException failure;

    @Override
    public synchronized void onDurable(long ticket, long forceNanos, int writes) {
        durable = ticket;
        notifyAll();
    }

    @Override
    public synchronized void onFailure(StorageException why) {
        failure = why;
        notifyAll();
    }

    /** Without room the write would wait, and so would the operator. */
    @Override
    public void onSpaceLow(StorageException why) {
        onFailure(why);
    }

    /**
     * Waits until this write and all before it are durable.
     *
     * @throws StorageException why they will not be
     */
    synchronized void await(long ticket) {
        try {
            while (durable < ticket) {
                if (failure != null) {
                    throw failure;
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Reason.INACCESSIBLE, "interrupted while writing to the disk", e);
        }
    }
}
