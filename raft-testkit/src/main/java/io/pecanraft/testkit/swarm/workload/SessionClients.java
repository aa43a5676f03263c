package io.pecanraft.testkit.swarm.workload;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException;
import io.pecanraft.RaftSession;
import io.pecanraft.SessionCalls;
import io.pecanraft.SessionExpiredException;
import io.pecanraft.SessionOptions;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.check.SessionLedger;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Clients with sessions, in processes of their own that outlive the servers: they send each command again, to this server and
 * that, until they know what became of it.
 *
 * @param <S> the state of one key
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class SessionClients<S, I, O> {

    private static final int MILLION = 1_000_000;
    private static final int MAX_DRIFT_PPM = 100_000;

    private final SimCluster cluster;
    private final Workload<S, I, O> workload;
    private final CommittedStates<S, I, O> states;
    private final History<S, I, O> history;
    private final SessionLedger ledger;
    private final Map<Integer, Client> clients = new TreeMap<>();

    SessionClients(
            SimCluster cluster, Workload<S, I, O> workload, CommittedStates<S, I, O> states, History<S, I, O> history) {
        this.cluster = cluster;
        this.workload = workload;
        this.states = states;
        this.history = history;
        this.ledger = cluster.invariants().sessions();
    }

    /** A client proposes a command in its session; opens one instead when it has none. */
    public void write(int client, Draft draft) {
        client(client).write(workload.command(draft));
    }

    /** A client closes its session, if it has one; its next one will be another. */
    public void close(int client) {
        client(client).close();
    }

    /** All clients close their sessions, for good. */
    public void leave() {
        clients.values().forEach(Client::leave);
    }

    /**
     * Whether every command was answered, and every attempt to open a session has ended. Where attempts give up sooner than an answer can
     * come, an opening that is under way writes one session after another until its time is over, also for a client that has left.
     */
    public boolean allAnswered() {
        return ledger.open() == 0 && clients.values().stream().noneMatch(client -> client.opening);
    }

    /** After so long every command and every opening that is under way has ended, whatever the servers do. */
    public Duration longestCall() {
        return clients.values().stream()
                .map(client -> client.options.commandTimeout().plus(client.options.attemptTimeout()))
                // Clocks of clients may be slow.
                .map(time -> time.multipliedBy(MILLION).dividedBy(MILLION - MAX_DRIFT_PPM))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private Client client(int number) {
        return clients.computeIfAbsent(number, this::newClient);
    }

    private Client newClient(int number) {
        String name = "session client " + number;
        SimRandom random = cluster.chance(name);
        Duration electionTimeout = cluster.config().electionTimeout();
        SessionOptions options = SessionOptions.of(
                        cluster.newClientExecutor(name, random.between(-MAX_DRIFT_PPM, MAX_DRIFT_PPM)),
                        random.nextLong())
                .withCommandTimeout(electionTimeout.multipliedBy(random.pick(3, 20, 40)))
                // At times so short that a command is on its way more than once without any fault.
                .withAttemptTimeout(
                        electionTimeout.multipliedBy(random.pick(1, 20, 60)).dividedBy(20))
                .withBackoff(electionTimeout.dividedBy(50), electionTimeout.dividedBy(2));
        List<SessionCalls> servers = new ArrayList<>();
        for (SimNode node : cluster.nodes()) {
            servers.add(node.sessions());
        }
        Collections.rotate(servers, random.nextInt(servers.size()));
        return new Client(name, servers, options);
    }

    private final class Client {

        private final String name;
        private final List<SessionCalls> servers;
        private final SessionOptions options;
        private @Nullable RaftSession session;
        private boolean opening;
        private boolean left;

        private Client(String name, List<SessionCalls> servers, SessionOptions options) {
            this.name = name;
            this.servers = servers;
            this.options = options;
        }

        private void write(I command) {
            RaftSession current = session;
            if (current == null) {
                open();
                return;
            }
            long id = ledger.begin();
            states.called(id, command);
            HistoryRecorder.Call<?, O> call = history.command(name, command, id);
            CompletableFuture<ProposalResult> answer = current.propose(Operations.wrap(id, workload.encode(command)));
            var unused = answer.whenComplete((result, failure) -> {
                if (failure == null) {
                    ledger.acknowledged(id, result);
                    heard(id, command, call, result);
                    return;
                }
                History.failed(call, failure);
                ledger.failed(id, failure);
                if (failure instanceof SessionExpiredException) {
                    forget(current);
                }
            });
        }

        /** Nobody waits for this, so what the workload throws would be lost, and with it the reply. */
        private void heard(long id, I command, HistoryRecorder.Call<?, O> call, ProposalResult result) {
            try {
                O reply = workload.decode(command, result.reply());
                call.returned(reply);
                states.replied(id, result.index(), reply);
            } catch (RuntimeException e) {
                cluster.verdict().fail("workload", "the reply to " + command + " could not be judged: " + e, e);
            }
        }

        private void open() {
            if (opening || left) {
                return;
            }
            opening = true;
            var unused = RaftSession.open(servers, options).whenComplete((opened, failure) -> {
                opening = false;
                if (failure != null && !(failure instanceof RaftException)) {
                    cluster.verdict().fail("typed-errors", "no session was opened: " + failure, failure);
                }
                if (opened != null && left) {
                    opened.close();
                } else {
                    session = opened;
                }
            });
        }

        private void close() {
            RaftSession current = session;
            if (current != null) {
                current.close();
                session = null;
            }
        }

        @SuppressWarnings("ReferenceEquality") // this very session, and not one that was opened since
        private void forget(RaftSession gone) {
            if (session == gone) {
                session = null;
            }
        }

        private void leave() {
            left = true;
            close();
        }
    }
}
