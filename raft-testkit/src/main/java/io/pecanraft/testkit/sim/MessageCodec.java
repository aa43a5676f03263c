package io.pecanraft.testkit.sim;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import java.util.List;
import java.util.Optional;

/**
 * How messages travel through a {@link SimNetwork}: as bytes of a real transport, between processes that may run different programs.
 * Without one they travel as the values that they are.
 */
public interface MessageCodec {

    /** A server begins to listen: a new process, perhaps of another program than the one before. */
    void starts(int node, StorageIdentity self);

    /** Encodes a message, now and by the program that its sender runs now. */
    Parcel encode(StorageIdentity from, int fromNode, int toNode, RaftMessage message);

    /** A message that was encoded, and perhaps something more that travels with it. */
    interface Parcel {

        /**
         * Decodes, by the program that the receiver runs when it arrives.
         *
         * @return the messages, each empty where it is of a kind that is not known there; none when the connection has ended meanwhile
         */
        List<Optional<RaftMessage>> decode();
    }
}
