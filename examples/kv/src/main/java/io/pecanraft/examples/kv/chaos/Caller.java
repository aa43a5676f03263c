package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Done;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Get;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Held;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Present;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Set;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.SetIfAbsent;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Take;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client of the cluster, which asks one node until it gets no answer, and then the next one. What it does not know it calls unknown: no
 * command is ever sent twice. For one thread at a time.
 */
final class Caller {

    /** Keys of runs long past go by themselves. */
    private static final String KEEP_SECONDS = "3600";

    private final Nodes nodes;
    private final Meter meter;
    private final Healing healing;
    private int node;
    private @Nullable Client client;

    Caller(Nodes nodes, int first, Meter meter, Healing healing) {
        this.nodes = nodes;
        this.node = first;
        this.meter = meter;
        this.healing = healing;
    }

    /** Connects where it must. False if nobody is there to be asked. */
    boolean ready() {
        for (int tries = nodes.names().size(); client == null && tries > 0; tries--) {
            try {
                client = nodes.connect(node);
            } catch (IOException e) {
                node = (node + 1) % nodes.names().size();
            }
        }
        return client != null;
    }

    /** Asks for something, writes down what it is told, and returns it; empty when the outcome is unknown, or nothing was done. */
    Optional<Answer> ask(HistoryRecorder<Request, Answer> history, String name, Request request) {
        Client asked = client;
        if (asked == null) {
            throw new IllegalStateException("not connected");
        }
        long calledAt = System.nanoTime();
        HistoryRecorder.Call<Request, Answer> call = history.call(name, request);
        try {
            Answer answer = send(asked, request);
            call.returned(answer);
            meter.acknowledged(System.nanoTime() - calledAt);
            if (!(request instanceof Get)) {
                healing.acknowledged(calledAt);
            }
            return Optional.of(answer);
        } catch (Client.Refused e) {
            // CLUSTERDOWN says that nothing was done; of any other error that is not certain.
            String reason = String.valueOf(e.getMessage());
            if (reason.startsWith("CLUSTERDOWN")) {
                call.notDone();
                meter.failed();
            } else {
                meter.unknown(reason);
            }
        } catch (IOException e) {
            meter.unknown(String.valueOf(e.getMessage()));
            leave();
        }
        return Optional.empty();
    }

    private static Answer send(Client to, Request request) throws IOException {
        if (request instanceof Set set) {
            to.call("SET", set.key(), set.value(), "EX", KEEP_SECONDS);
            return new Done();
        } else if (request instanceof SetIfAbsent set) {
            return to.call("SET", set.key(), set.value(), "NX", "EX", KEEP_SECONDS)
                            .isPresent()
                    ? new Done()
                    : new Present();
        }
        return new Held(to.call(request instanceof Take ? "GETDEL" : "GET", request.key()));
    }

    /** Goes on with the next node. */
    void leave() {
        if (client != null) {
            client.close();
            client = null;
        }
        node = (node + 1) % nodes.names().size();
    }
}
