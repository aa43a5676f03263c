package io.pecanraft.examples.kv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The built program as processes of its own. Everything they write is below {@code target/it}. */
public final class Program {

    private static final long RUN_SECONDS = 90;

    private Program() {}

    /** What a run that ended has left. */
    record Finished(int exitCode, String output) {}

    /** The jar under test; made by the package phase. */
    static Path jar() {
        Path jar = Path.of(System.getProperty("it.kv.jar", "target/kv.jar")).toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; run the integration tests with 'mvn verify'");
        }
        return jar;
    }

    /** Deletes it with all that is in it; nothing if it is not there. */
    public static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** An empty directory of this name. */
    static Path freshDirectory(String name) {
        Path directory = jar().resolveSibling("it").resolve(name);
        try {
            delete(directory);
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of the program. Small heaps and fast starts: many of them share one machine. */
    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(Classes.OF_THIS_JDK.java("-Xmx384m"));
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(args));
        return command;
    }

    /** Made when the first is started. */
    private static final class Classes {
        static final SharedClasses OF_THIS_JDK = SharedClasses.of(
                Path.of(System.getProperty("java.home")), Runtime.version().feature(), freshDirectory("classes"));
    }

    /** Starts the program; what it prints goes to the end of a file. */
    static Process start(Path output, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the program to its end; it has nothing to read. */
    static Finished run(Path directory, String... args) {
        Path output = directory.resolve("run-" + System.nanoTime() + ".out");
        Process process = start(output, command(args));
        try {
            process.getOutputStream().close();
            if (!process.waitFor(RUN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("did not end: " + String.join(" ", args) + "\n" + read(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return new Finished(process.exitValue(), read(output));
    }

    /** A whole file as text. */
    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This many ports that nobody uses at the moment. */
    static List<Integer> unusedPorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.forEach(Program::close);
        }
    }

    /** A base port for {@code kv cluster} with three nodes. */
    static int unusedBase(int from) {
        return unusedBase(from, 3);
    }

    /**
     * A base port that is free with all that so many nodes use at the moment, at or above this one and below the range from which the system
     * takes its own.
     */
    static int unusedBase(int from, int nodes) {
        for (int candidate = from; candidate < 29_000; candidate += 17) {
            if (isUnused(new LocalPorts(candidate, nodes))) {
                return candidate;
            }
        }
        throw new IllegalStateException("no free ports");
    }

    private static boolean isUnused(LocalPorts ports) {
        return Stream.concat(
                        IntStream.range(0, ports.nodes())
                                .boxed()
                                .flatMap(i -> Stream.of(ports.resp(i), ports.raft(i), ports.http(i))),
                        Stream.of(ports.chaos()))
                .allMatch(Program::isUnused);
    }

    private static boolean isUnused(HostPort address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints a measurement, so that it is seen in the output of the build. */
    static void report(String format, Object... args) {
        System.out.println("[measured] " + String.format(format, args));
    }
}
