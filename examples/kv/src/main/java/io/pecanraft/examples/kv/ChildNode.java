package io.pecanraft.examples.kv;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server process of a local cluster: how to start it, how it ended, and its log. */
final class ChildNode {

    /** How the person at the terminal calls this program; the launcher script says so. */
    static final String LAUNCHER = quote(System.getProperty("kv.launcher", "kv"));

    private static final int MAX_SIGNAL = 64;
    private static final int SIGNALLED = 128;
    private static final int TAIL_LINES = 5;
    private static final long KILL_WAIT_SECONDS = 5;

    private final String name;
    private final HostPort resp;
    private final HostPort raft;
    private final Path data;
    private final Path logFile;
    private final List<String> command;
    private final Process process;
    private final long logStart;
    private @Nullable Pause pause; // guarded by this

    private ChildNode(LocalPorts ports, int i, Path directory, Path data, List<String> serverOptions, List<String> java)
            throws IOException {
        this.name = LocalPorts.name(i);
        this.resp = ports.resp(i);
        this.raft = ports.raft(i);
        this.data = data;
        this.logFile = directory.resolve(name + ".log");
        this.command = new ArrayList<>(List.of(
                "server",
                "--id",
                name,
                "--members",
                ports.members(),
                "--listen",
                resp.toString(),
                "--http-port",
                ports.http(i).toString(),
                "--data",
                data.toString()));
        command.addAll(serverOptions);
        File log = logFile.toFile();
        this.logStart = log.length();
        List<String> all = new ArrayList<>(java);
        all.addAll(command);
        all.add("--supervised");
        this.process = new ProcessBuilder(all)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /** Starts node number i. Its standard input is a pipe from us, by which it notices that we are gone. */
    static ChildNode start(LocalPorts ports, int i, Path directory, List<String> serverOptions) {
        return start(ports, i, directory, directory.resolve(LocalPorts.name(i)), serverOptions, jvm());
    }

    /** The same with its data elsewhere, and by another command line, which the arguments of the program follow. */
    static ChildNode start(
            LocalPorts ports, int i, Path directory, Path data, List<String> serverOptions, List<String> java) {
        try {
            return new ChildNode(ports, i, directory, data, serverOptions, java);
        } catch (IOException e) {
            throw new KvException(ExitCode.FAILURE, "cannot start " + LocalPorts.name(i) + ": " + e.getMessage(), e);
        }
    }

    /** This program once more, on the same Java with the same flags. */
    private static List<String> jvm() {
        List<String> jvm = new ArrayList<>();
        jvm.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agentlib") && !argument.startsWith("-javaagent"))
                .forEach(jvm::add);
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            jvm.addAll(List.of("-jar", classPath)); // its manifest holds what Chronicle Queue needs
        } else {
            jvm.addAll(List.of("-cp", classPath, KvMain.class.getName()));
        }
        return jvm;
    }

    String name() {
        return name;
    }

    HostPort resp() {
        return resp;
    }

    HostPort raft() {
        return raft;
    }

    Path data() {
        return data;
    }

    Path logFile() {
        return logFile;
    }

    Process process() {
        return process;
    }

    /** The command line that runs this node by itself. */
    String restartCommand() {
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(quote(word)));
        return LAUNCHER + " " + String.join(" ", words);
    }

    /** A word as a shell has to be given it. */
    private static String quote(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** How the process ended, once it has. */
    String howItEnded() {
        int code = process.exitValue();
        if (code > SIGNALLED && code <= SIGNALLED + MAX_SIGNAL) {
            return "was ended by signal " + (code - SIGNALLED);
        }
        return "ended with exit code " + code;
    }

    /** The last lines that it logged since it was started by us. */
    List<String> logTail() {
        try {
            byte[] bytes = Files.readAllBytes(logFile);
            int from = (int) Math.min(logStart, bytes.length);
            List<String> lines = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            // What the program says to people begins with its name, and is all they need.
            List<String> said =
                    lines.stream().filter(line -> line.startsWith("kv server:")).toList();
            return said.isEmpty() ? lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()) : said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to end; a paused one goes on for that. */
    void terminate() {
        process.toHandle()
                .destroy(); // Process.destroy would close the pipe as well, and the child might take us for gone
        proceed();
    }

    /** Ends the process with SIGKILL: it notices nothing. */
    void kill() {
        process.destroyForcibly();
        proceed();
    }

    /**
     * Stops the process (SIGSTOP) until {@link #proceed}. Does nothing to one that is paused already.
     *
     * @throws IOException saying why that is not possible
     */
    synchronized void pause() throws IOException {
        if (pause == null) {
            pause = Pause.of(process.pid());
        }
    }

    /** Lets a paused process go on (SIGCONT). */
    synchronized void proceed() {
        if (pause != null) {
            pause.close();
            pause = null;
        }
    }

    synchronized boolean isPaused() {
        return pause != null;
    }

    /** Waits until the process is gone, by force when the time is over; says whether it went by itself. */
    boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        if (process.waitFor(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return true;
        }
        process.destroyForcibly();
        process.waitFor(KILL_WAIT_SECONDS, TimeUnit.SECONDS);
        return false;
    }
}
