package io.pecanraft.transport.netty;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** The living side of {@link TransportStats}, which says what each one counts. */
final class TransportCounters {

    final LongAdder framesSent;
    final LongAdder bytesSent;
    final LongAdder framesReceived;
    final LongAdder bytesReceived;
    final LongAdder connectionsMade;
    final LongAdder connectionsLost;
    final LongAdder connectionsAccepted;
    final LongAdder connectionsReplaced;
    final LongAdder handshakesRefused;
    final LongAdder handshakesTimedOut;
    final LongAdder connectionsOverLimit;
    final LongAdder connectionsIdle;
    final LongAdder connectionsMalformed;
    final LongAdder droppedUnconnected;
    final LongAdder droppedFull;
    final LongAdder droppedTooLarge;
    final LongAdder droppedUnknownPeer;
    final LongAdder skippedUnknownType;
    final LongAdder skippedUnknownGroup;

    TransportCounters() {
        this(LongAdder::new);
    }

    /** With counters of another make, such as ones on which one can wait. */
    TransportCounters(Supplier<LongAdder> counter) {
        framesSent = counter.get();
        bytesSent = counter.get();
        framesReceived = counter.get();
        bytesReceived = counter.get();
        connectionsMade = counter.get();
        connectionsLost = counter.get();
        connectionsAccepted = counter.get();
        connectionsReplaced = counter.get();
        handshakesRefused = counter.get();
        handshakesTimedOut = counter.get();
        connectionsOverLimit = counter.get();
        connectionsIdle = counter.get();
        connectionsMalformed = counter.get();
        droppedUnconnected = counter.get();
        droppedFull = counter.get();
        droppedTooLarge = counter.get();
        droppedUnknownPeer = counter.get();
        skippedUnknownType = counter.get();
        skippedUnknownGroup = counter.get();
    }

    TransportStats stats() {
        return new TransportStats(
                framesSent.sum(),
                bytesSent.sum(),
                framesReceived.sum(),
                bytesReceived.sum(),
                connectionsMade.sum(),
                connectionsLost.sum(),
                connectionsAccepted.sum(),
                connectionsReplaced.sum(),
                handshakesRefused.sum(),
                handshakesTimedOut.sum(),
                connectionsOverLimit.sum(),
                connectionsIdle.sum(),
                connectionsMalformed.sum(),
                droppedUnconnected.sum(),
                droppedFull.sum(),
                droppedTooLarge.sum(),
                droppedUnknownPeer.sum(),
                skippedUnknownType.sum(),
                skippedUnknownGroup.sum());
    }
}
