package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.NodeStatus;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.check.CommittedLog;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A leader that is cut off takes in what it will never commit. The others elect a successor; as soon as that has committed its first
 * entry it is cut off in turn, and the old leader is one of a majority that has to elect somebody: its log is longer than theirs, and
 * of an earlier term (§5.4.1).
 */
public final class LongerLog implements Family {

    private static final int WRITES = 24;
    private static final int KEY = 0;

    /** How often it is looked for a successor in an election timeout. */
    private static final int LOOKS = 32;

    @Override
    public String word() {
        return "longer-log";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 2;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .with("pick", draw.pick())
                .with("within", draw.electionTimeout().multipliedBy(4).plus(draw.upTo(4)))
                .with("for", draw.electionTimeout().multipliedBy(4).plus(draw.upTo(4)));
    }

    /** Happens when there is a leader. */
    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.cluster().leader().ifPresent(leader -> {
            List<SimNode> others = new ArrayList<>(stage.cluster().nodes());
            others.remove(leader);
            Collections.rotate(others, (int) arguments.count("pick"));
            new Story(stage, leader, others, arguments.duration("for")).begin(arguments.duration("within"));
        });
    }

    private record Story(Stage stage, SimNode old, List<SimNode> others, Duration length) {

        void begin(Duration patience) {
            cut(List.of(old), others);
            for (int write = 0; write < WRITES; write++) {
                Draft increment = Draft.probe(KEY);
                Clients.unattended(stage.clients().write(old, increment));
            }
            awaitSuccessor(patience);
        }

        private void awaitSuccessor(Duration patience) {
            Duration gap = stage.cluster().config().electionTimeout().dividedBy(LOOKS);
            stage.whileFaultsLast(gap, () -> {
                Optional<SimNode> successor = successor();
                if (successor.isPresent()) {
                    turn(successor.get());
                } else if (patience.compareTo(gap) > 0) {
                    awaitSuccessor(patience.minus(gap));
                } else {
                    restore(List.of(old), others);
                }
            });
        }

        /** Another leader that has committed something of its own, which is the first entry of its term. */
        private Optional<SimNode> successor() {
            CommittedLog committed = stage.cluster().invariants().committed();
            if (committed.lastIndex() == 0) {
                return Optional.empty();
            }
            long term = committed.entry(committed.lastIndex()).term();
            return stage.cluster()
                    .leader()
                    .filter(leader -> leader != old
                            && leader.status().map(NodeStatus::term).equals(Optional.of(term)));
        }

        /** Of the others as many as the old leader needs for a majority are with it now, and the successor is not. */
        private void turn(SimNode successor) {
            List<SimNode> away = new ArrayList<>(others);
            away.remove(successor);
            List<SimNode> with = new ArrayList<>(away.subList(0, (others.size() + 1) / 2));
            away.removeAll(with);
            away.add(successor);
            restore(List.of(old), with);
            cut(with, away);
            stage.whileFaultsLast(length, () -> {
                restore(List.of(old), away);
                restore(with, away);
            });
        }

        private void cut(List<SimNode> some, List<SimNode> rest) {
            stage.cluster().partition(some, rest);
        }

        private void restore(List<SimNode> some, List<SimNode> rest) {
            SimNetwork network = stage.cluster().network();
            for (SimNode one : some) {
                for (SimNode other : rest) {
                    network.restore(one.number(), other.number());
                    network.restore(other.number(), one.number());
                }
            }
        }
    }
}
