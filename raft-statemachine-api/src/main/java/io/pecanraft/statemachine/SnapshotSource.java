package io.pecanraft.statemachine;

import java.io.InputStream;

/** A verified snapshot to restore from. Valid until {@link StateMachine#restore} returns. */
public interface SnapshotSource {

    /** The log index of the last entry whose effect the snapshot contains. */
    long lastIncludedIndex();

    /** The bytes that {@link SnapshotView#writeTo} wrote, buffered. The library closes it. */
    InputStream stream();
}
