package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What both contracts share: how to get at the storage under test, and that it belongs to one owner at a time. */
public abstract class StorageContract {

    private final List<OpenStorage> opened = new ArrayList<>();

    /** For subclasses: one instance for each test, as JUnit makes them. */
    protected StorageContract() {}

    /**
     * Opens the storage of this test: empty at the first call, and at every later one with the data that the one before left.
     * The test has closed that one.
     */
    protected abstract Storage openStorage() throws Exception;

    /**
     * For storages that live on virtual time: lets the next thing happen. The default is for real threads, where things happen by
     * themselves.
     *
     * @return whether something happened
     */
    protected boolean runNextEvent() {
        return false;
    }

    /**
     * For storages that watch over what all servers write: another one has this entry, and the log of this test will go on after
     * it. The default does nothing.
     */
    protected void anotherServerHas(EntryId entry) {}

    /** Cluster, group, node and incarnation are the same after a restart. */
    @Test
    protected void keepsItsIdentity() throws Exception {
        StorageIdentity identity;
        try (Storage storage = openStorage()) {
            identity = storage.identity();
            assertThat(storage.log()).isSameAs(storage.log());
            assertThat(storage.snapshots()).isSameAs(storage.snapshots());
        }
        try (Storage storage = openStorage()) {
            assertThat(storage.identity()).isEqualTo(identity);
        }
    }

    /** A second owner is refused while the first one has it. */
    @Test
    protected void belongsToOneOwnerAtATime() throws Exception {
        try (Storage first = openStorage()) {
            assertThat(first.identity()).isNotNull();
            assertThatThrownBy(this::openStorage)
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
        }
        openStorage().close();
    }

    /** Closing again does nothing. */
    @Test
    protected void mayBeClosedTwice() throws Exception {
        Storage storage = openStorage();
        storage.close();
        storage.close();
        openStorage().close();
    }

    /** Opens, recovers and starts. Closed at the end of the test at the latest. */
    final OpenStorage open() throws Exception {
        OpenStorage storage = new OpenStorage(openStorage(), this::runNextEvent);
        opened.add(storage);
        return storage;
    }

    @AfterEach
    final void closeWhatIsOpen() {
        opened.forEach(OpenStorage::close);
    }
}
