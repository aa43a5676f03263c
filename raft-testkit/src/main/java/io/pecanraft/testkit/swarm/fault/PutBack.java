package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStatus.FollowerStatus;
import io.pecanraft.model.MemberId;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.DiskImage;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.time.Duration;

/**
 * The directory of a server is put back to an older image of it, as with a backup of its virtual machine (D06). Its leader knows that it
 * has acknowledged more, and says so; the server stops, and comes back as another storage, a stranger for good.
 *
 * <p>Only who has heard the server can contradict it. So it reaches nobody but its leader until that has happened; and when that leader
 * leads no longer, or has forgotten what it was told, or the faults are over, the disk is taken away instead, which an operator who
 * knows what he did would have done.
 */
public final class PutBack implements Family {

    private static final int LOOKS_PER_TIMEOUT = 20;

    @Override
    public String word() {
        return "put-back";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1 && !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode())
                .with("age", draw.about(draw.electionTimeout().multipliedBy(2)))
                .with("down", draw.about(draw.electionTimeout()))
                .with("look", draw.electionTimeout().dividedBy(LOOKS_PER_TIMEOUT));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        DiskImage earlier = node.disk().image();
        MemberId storage = node.disk().identity().memberId();
        stage.whileFaultsLast(
                arguments.duration("age"),
                () -> stage.cluster()
                        .leader()
                        .filter(leader -> leader != node
                                && isOf(node, storage)
                                && remembers(leader, storage, earlier.log().lastIndex())
                                && stage.wipes(node.number()))
                        .ifPresent(
                                leader -> new Story(stage, node, leader, storage, earlier, arguments.duration("look"))
                                        .begin(arguments.duration("down"))));
    }

    private static boolean isOf(SimNode node, MemberId storage) {
        return node.disk().identity().memberId().equals(storage) && !node.disk().isCondemned();
    }

    /** Whether a leader has been told of more than an image holds, and has not compacted that away. */
    private static boolean remembers(SimNode leader, MemberId storage, long lastIndex) {
        NodeStatus status = leader.status().orElseThrow();
        return status.followers().stream()
                .filter(follower -> follower.member().equals(storage))
                .mapToLong(FollowerStatus::matchIndex)
                .anyMatch(acknowledged -> acknowledged > lastIndex && acknowledged >= status.firstIndex());
    }

    /** From the putting back to its end. */
    private static final class Story {

        private final Stage stage;
        private final SimNode node;
        private final SimNode leader;
        private final MemberId storage;
        private final DiskImage earlier;
        private final Duration look;
        private final String leadership;
        private boolean over;

        Story(Stage stage, SimNode node, SimNode leader, MemberId storage, DiskImage earlier, Duration look) {
            this.stage = stage;
            this.node = node;
            this.leader = leader;
            this.storage = storage;
            this.earlier = earlier;
            this.look = look;
            this.leadership = stage.cluster().leadership();
        }

        void begin(Duration down) {
            node.crash(SimNode.Crash.POWER);
            node.disk().rollBackTo(earlier);
            others(true);
            stage.later(down, () -> {
                if (!over) {
                    node.start();
                }
            });
            stage.atTheEndOfFaults(this::settle);
            watch();
        }

        private void watch() {
            if (over) {
                return;
            }
            boolean mayBeNoticedYet = isOf(node, storage)
                    && stage.cluster().leadership().equals(leadership)
                    && remembers(leader, storage, earlier.log().lastIndex());
            if (mayBeNoticedYet) {
                stage.later(look, this::watch);
            } else {
                settle();
            }
        }

        /** It was noticed, or the disk is taken away now. */
        private void settle() {
            if (over) {
                return;
            }
            if (isOf(node, storage)) {
                node.crash(SimNode.Crash.POWER);
                node.wipe();
                end("directories put back and taken away");
            } else {
                end("directories put back and noticed");
            }
        }

        private void end(String what) {
            over = true;
            stage.cluster().count(what);
            others(false);
            // A server that was contradicted has stopped itself; now it finds another storage, as one whose disk was
            // taken away.
            node.restart(SimNode.Crash.PROCESS);
        }

        private void others(boolean cut) {
            SimNetwork network = stage.cluster().network();
            for (SimNode other : stage.cluster().nodes()) {
                if (other != node && other != leader) {
                    if (cut) {
                        network.cut(node.number(), other.number());
                        network.cut(other.number(), node.number());
                    } else {
                        network.restore(node.number(), other.number());
                        network.restore(other.number(), node.number());
                    }
                }
            }
        }
    }
}
