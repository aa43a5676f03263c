package io.pecanraft.examples.counter;

import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Where the servers of a test are, and how it counts with them. */
final class Counters {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Counters() {}

    /** Servers n1, n2, ... at free ports of this machine. */
    static List<MemberAddress> members(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<MemberAddress> members = new ArrayList<>();
        try {
            for (int i = 1; i <= count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                members.add(new MemberAddress(NodeId.of("n" + i), "127.0.0.1:" + socket.getLocalPort()));
            }
            return members;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    static int port(MemberAddress member) {
        return Integer.parseInt(member.address().substring(member.address().indexOf(':') + 1));
    }

    /** Adds a number and returns the sum. Repeats what was certainly not done, such as while there is no leader yet. */
    static long add(RaftNode node, long number) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return node.propose(Counter.encode(number)).join().getLong(0);
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof RaftException failure)
                        || failure.outcome() != RaftException.Outcome.NOT_DONE
                        || Instant.now().isAfter(end)) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
