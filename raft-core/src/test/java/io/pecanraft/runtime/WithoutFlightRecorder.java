package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;

import io.pecanraft.RaftNode;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A program for a JVM that has no Flight Recorder: one node elects itself, commits and takes a snapshot. */
final class WithoutFlightRecorder {

    private WithoutFlightRecorder() {}

    public static void main(String[] args) {
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            throw new IllegalStateException("this JVM has Flight Recorder, so it shows nothing");
        }
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        CompletableFuture<ByteBuffer> reply = node.propose(command("abc"));
        CompletableFuture<?> snapshot = node.takeSnapshot();
        cluster.time.settle();
        System.out.println(
                TestCluster.number(reply) + " committed without Flight Recorder, " + snapshot.join() + " taken");
    }
}
