package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import java.util.ArrayList;
import java.util.List;

/** The effects of the current turn, in the order in which they came up. */
final class Outbox {

    private List<Effect> effects = new ArrayList<>();

    void add(Effect effect) {
        effects.add(effect);
    }

    void send(NodeId to, RaftMessage message) {
        effects.add(new Effect.Send(to, message));
    }

    void report(Report report) {
        effects.add(new Effect.Observe(report));
    }

    /** Everything since the last call. */
    List<Effect> take() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
