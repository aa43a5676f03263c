package io.pecanraft.examples.lock;

import io.pecanraft.RaftSession;
import io.pecanraft.examples.lock.LockReply.Verdict;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Three servers, two contenders for one lock, and a holder that falls asleep: why a lock needs a fencing token. All in one process,
 * on real disks and sockets.
 */
public final class LockDemo {

    private static final String LOCK = "printer";
    private static final int SERVERS = 3;

    /** Directories for temporary files are in memory on some machines, which is refused for data that are to be kept. */
    private static final ChronicleStorageConfig THROWN_AWAY =
            ChronicleStorageConfig.builder().allowedFileSystems(Set.of("tmpfs")).build();

    private final PrintStream out;
    private final Duration lease;
    private final FencedRegister printer = new FencedRegister();

    private LockDemo(PrintStream out, Duration lease) {
        this.out = out;
        this.lease = lease;
    }

    /** Tells the story on standard output, with a lease of two seconds. */
    public static void main(String[] args) throws IOException, InterruptedException {
        run(System.out, Files.createTempDirectory("pecanraft-lock"), Duration.ofSeconds(2));
    }

    static void run(PrintStream out, Path directory, Duration lease) throws IOException, InterruptedException {
        List<MemberAddress> members = freeAddresses();
        List<LockNode> servers = new ArrayList<>();
        try {
            for (MemberAddress member : members) {
                servers.add(LockNode.start(member, members, directory, THROWN_AWAY));
            }
            try (RaftSession first = servers.get(0).node().openSession().join();
                    RaftSession second = servers.get(1).node().openSession().join()) {
                new LockDemo(out, lease)
                        .tell(new LockClient(first, System::nanoTime), new LockClient(second, System::nanoTime));
            }
        } finally {
            servers.forEach(LockNode::close);
        }
    }

    private void tell(LockClient alice, LockClient bob) throws InterruptedException {
        Lease asleep = alice.acquire(LOCK, "alice", lease).join();
        out.println("alice holds the lock, with token " + asleep.token());
        print("alice", asleep);
        out.println("alice falls asleep, and renews nothing");

        Lease current = acquireInTurn(bob, "bob");
        out.println("bob holds the lock, with token " + current.token());
        print("bob", current);

        out.println("alice wakes up, does not look at the clock, and prints");
        print("alice", asleep);
        out.println(
                "alice gives the lock back: it was " + (alice.release(asleep).join() ? "hers" : "not hers any more"));

        print("bob", current);
        bob.release(current).join();
        out.println("bob gives the lock back");
        print("alice", acquireInTurn(alice, "alice"));
    }

    /** Acquires the lock, and waits while somebody else has it. */
    private Lease acquireInTurn(LockClient client, String owner) throws InterruptedException {
        while (true) {
            try {
                return client.acquire(LOCK, owner, lease).join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof LockRefusedException refused)
                        || refused.reply().verdict() != Verdict.HELD) {
                    throw e;
                }
                out.println(owner + " waits: " + refused.reply().owner() + " holds the lock");
                // No longer than the lease can last unless it is renewed.
                Thread.sleep(refused.reply().remainingMillis());
            }
        }
    }

    private void print(String who, Lease held) {
        boolean done = printer.write(held.token(), who + " was here");
        out.println(
                "  " + who + " prints with token " + held.token() + ": " + (done ? "done" : "REFUSED, it is stale"));
    }

    private static List<MemberAddress> freeAddresses() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<MemberAddress> members = new ArrayList<>();
        try {
            for (int i = 1; i <= SERVERS; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                members.add(new MemberAddress(NodeId.of("n" + i), "127.0.0.1:" + socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return members;
    }
}
