package io.pecanraft.examples.kv.http;

import com.google.gson.JsonParseException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what an operator asks for on the page: {@code {"action": "transfer" | "snapshot" | "add" | "remove", "node": ...}}. What
 * another node has to do, the leader or the one whose snapshot it is, is passed on to its HTTP port, once.
 */
final class ConsoleActions {

    /** An answer: a status of HTTP and a sentence. */
    record Answer(int status, String message) {}

    private static final Logger log = LoggerFactory.getLogger(ConsoleActions.class);

    /** What takes longer goes on; an exchange may take 5 s. */
    private static final Duration PATIENCE = Duration.ofMillis(3_500);

    private static final Duration PASS_ON = Duration.ofMillis(4_500);

    /** Half of the threads that answer requests: whoever asks whether the server is well must not wait for actions. */
    private static final int AT_A_TIME = BoundedHttp.THREADS / 2;

    private final Semaphore room = new Semaphore(AT_A_TIME);

    private final ConsoleSettings settings;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(1))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    ConsoleActions(ConsoleSettings settings) {
        this.settings = settings;
    }

    Answer carryOut(String body, boolean passedOn) {
        if (!room.tryAcquire()) {
            return new Answer(503, "not done: " + AT_A_TIME + " actions are under way here; try again");
        }
        try {
            return attempt(body, passedOn);
        } finally {
            room.release();
        }
    }

    private Answer attempt(String body, boolean passedOn) {
        try {
            AskedAction asked = AskedAction.parse(body);
            String action = asked.action();
            NodeId node = NodeId.of(asked.text("node"));
            String where = action.equals("snapshot")
                    ? node.value()
                    : settings.node().status().leader().map(NodeId::value).orElse("");
            if (where.isEmpty()) {
                return new Answer(503, "not done: no leader is known; try again");
            }
            if (!where.equals(settings.id().value())) {
                return passedOn
                        ? new Answer(409, "not done: " + settings.id() + " is not " + where)
                        : passOn(where, body);
            }
            log.atInfo()
                    .addKeyValue("node", settings.id())
                    .addKeyValue("action", action)
                    .addKeyValue("target", node)
                    .log("asked by the console");
            return carryOut(action, node, asked);
        } catch (IllegalArgumentException | JsonParseException e) {
            return new Answer(400, "not done: " + e.getMessage());
        }
    }

    private Answer carryOut(String action, NodeId node, AskedAction asked) {
        return switch (action) {
            case "transfer" ->
                await(settings.node().transferLeadership(node).thenApply(leader -> leader + " leads now"));
            case "snapshot" ->
                await(settings.node()
                        .takeSnapshot()
                        .thenApply(taken -> "snapshot at index " + taken.lastIncludedIndex()));
            case "remove" -> change(MembershipChange.remove(node), node + " is no member any more");
            case "add" -> add(node, asked);
            default -> throw new IllegalArgumentException("there is no action '" + action + "'");
        };
    }

    private Answer add(NodeId node, AskedAction asked) {
        MemberAddress member = new MemberAddress(node, asked.text("address"));
        boolean learner = asked.isTrue("learner");
        return learner
                ? change(MembershipChange.addLearner(member), node + " is a learner now")
                : change(MembershipChange.add(member), node + " is a member now");
    }

    private Answer change(MembershipChange change, String success) {
        return await(settings.node().changeMembership(change).thenApply(membership -> success));
    }

    private static Answer await(CompletableFuture<String> done) {
        try {
            return new Answer(200, done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Answer(202, "it goes on; look at the members before you repeat it");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean notDone = cause instanceof RaftException raft && raft.outcome() == Outcome.NOT_DONE;
            String reason = String.valueOf(cause.getMessage());
            return new Answer(409, (notDone ? "not done: " : "may still take effect: ") + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(503, "the server is closing");
        }
    }

    private Answer passOn(String where, String body) {
        Optional<String> address = Optional.ofNullable(
                        settings.store().get().servers().get(where))
                .map(Announced::http)
                .filter(http -> !http.isEmpty());
        if (address.isEmpty()) {
            return new Answer(409, "not done: " + where + " would have to do it, and has no HTTP port");
        }
        URI uri;
        try {
            uri = URI.create("http://" + address.get() + "/api/act");
        } catch (IllegalArgumentException e) {
            return new Answer(
                    409,
                    "not done: " + where + " would have to do it, and its HTTP address makes no sense: "
                            + address.get());
        }
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header(ConsoleGuard.HEADER, ConsoleGuard.PASSED_ON)
                .header("Content-Type", "application/json")
                .timeout(PASS_ON)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return passedBack(where, client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return new Answer(502, "outcome unknown: no answer from " + where + " at http://" + address.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(503, "outcome unknown: the server is closing");
        }
    }

    /** What is no answer of a console, such as a proxy's page, says nothing of what the node behind it has done. */
    private static Answer passedBack(String where, HttpResponse<String> answer) {
        try {
            return new Answer(
                    answer.statusCode(), AskedAction.parse(answer.body()).text("message"));
        } catch (JsonParseException | IllegalArgumentException e) {
            return new Answer(
                    502,
                    "outcome unknown: " + where + " at http://" + answer.uri().getAuthority() + " answered with status "
                            + answer.statusCode() + " and something that is no answer of a console");
        }
    }
}
