package io.pecanraft.examples.kv;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A JDK, and the classes of a server, loaded and checked beforehand and once for all processes of that JDK, which saves each a third of what
 * its start costs.
 */
final class SharedClasses {

    private static final int WARNS_OF_UNSAFE = 23;

    private final Path home;
    private final int release;
    private final Path archive;

    private SharedClasses(Path home, int release, Path archive) {
        this.home = home;
        this.release = release;
        this.archive = archive;
    }

    /** Made by a server that has led; the directory keeps the classes and what that server has written. */
    static SharedClasses of(Path home, int release, Path directory) {
        SharedClasses shared = new SharedClasses(home, release, directory.resolve("kv-" + release + ".jsa"));
        shared.make(directory);
        return shared;
    }

    /** The beginning of a command line; flags, {@code -jar} and the rest are to follow. */
    List<String> java(String heap) {
        return java(heap, "-XX:SharedArchiveFile=" + archive);
    }

    private List<String> java(String heap, String classes) {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve("java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                classes));
        if (release >= WARNS_OF_UNSAFE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        return command;
    }

    private void make(Path directory) {
        List<Integer> ports = Program.unusedPorts(2);
        HostPort clients = new HostPort("127.0.0.1", ports.get(0));
        List<String> command = new ArrayList<>(java("-Xmx384m", "-XX:ArchiveClassesAtExit=" + archive));
        command.addAll(List.of(
                "-jar",
                Program.jar().toString(),
                "server",
                "--supervised",
                "--id",
                "n1",
                "--members",
                "n1=127.0.0.1:" + ports.get(1),
                "--listen",
                clients.toString(),
                "--allow-file-system",
                "tmpfs",
                "--data",
                directory.resolve("n1-" + release).toString()));
        Process server = Program.start(directory.resolve("server-" + release + ".out"), command);
        await().atMost(ProcessCluster.PATIENCE)
                .until(() -> NodeReport.ask("n1", clients, RespAccess.PLAIN, Duration.ofSeconds(2))
                        .isLeader());
        try {
            server.getOutputStream().close();
            server.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
