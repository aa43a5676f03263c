package io.pecanraft.transport.netty;

import io.pecanraft.transport.netty.wire.Wire;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Log lines about one connection to a peer: one per change of its state, not one per attempt. Event loop only.
 *
 * <p>A peer has two connections, and what befalls one usually befalls both. So the bulk lane speaks only of what is not said by
 * the consensus lane: that it fails while the other one works.
 */
final class ConnectionLog {

    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    private final Route route;
    private final Lane lane;
    private final BooleanSupplier consensusWorks;
    private String state = "";

    ConnectionLog(Route route, Lane lane, BooleanSupplier consensusWorks) {
        this.route = route;
        this.lane = lane;
        this.consensusWorks = consensusWorks;
    }

    void connected() {
        at(enter("connected") && lane == Lane.CONSENSUS ? Level.INFO : Level.DEBUG)
                .log("connected to peer");
    }

    void lost(String reason) {
        // Which lane is lost first is chance; the bulk lane speaks up when it cannot be made again.
        boolean news = lane == Lane.CONSENSUS && enter("unreachable");
        at(news ? Level.WARN : Level.DEBUG).addKeyValue("reason", reason).log("lost connection to peer, reconnecting");
    }

    void unreachable(String reason) {
        at(isNews("unreachable") ? Level.WARN : Level.DEBUG)
                .addKeyValue("reason", reason)
                .addKeyValue("advice", "check that the peer runs, its address, and firewalls")
                .log("cannot reach peer, will keep trying");
    }

    void refused(Wire.HelloAnswer answer) {
        Wire.Refusal refusal = answer.getRefusal();
        String reason = Handshake.word(refusal);
        Level level = refusal == Wire.Refusal.NOT_READY ? Level.INFO : Level.WARN;
        at(isNews("refused: " + reason) ? level : Level.DEBUG)
                .addKeyValue("reason", reason)
                .addKeyValue("detail", Handshake.printable(answer.getDetail()))
                .addKeyValue("advice", Handshake.advice(refusal))
                .log("peer refused the connection, will keep trying");
    }

    void tooLarge(long frameBytes, int limitBytes) {
        at(enter("too large") ? Level.WARN : Level.DEBUG)
                .addKeyValue("frameBytes", frameBytes)
                .addKeyValue("limitBytes", limitBytes)
                .addKeyValue(
                        "advice",
                        "raise maxFrameBytes on both servers, or lower the node's batch, command and chunk sizes")
                .log("dropped a message that is longer than a frame may be");
    }

    private boolean isNews(String failure) {
        return (lane == Lane.CONSENSUS || consensusWorks.getAsBoolean()) && enter(failure);
    }

    private boolean enter(String newState) {
        boolean changed = !newState.equals(state);
        state = newState;
        return changed;
    }

    private LoggingEventBuilder at(Level level) {
        return LOG.atLevel(level)
                .addKeyValue("node", route.caller())
                .addKeyValue("peer", route.called())
                .addKeyValue("address", route.address())
                .addKeyValue("lane", lane.label());
    }
}
