package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.load.Usage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The processes of one cell: this program again, as servers and client. They end with it in every case: each watches its standard
 * input, whose other end this process holds.
 */
final class Children implements AutoCloseable {

    private static final long END_SECONDS = 10;
    private static final int TAIL_LINES = 60;

    private final Path directory;
    private final List<String> javaOptions;
    private final List<Process> processes = new ArrayList<>();

    /**
     * None yet.
     *
     * @param directory for their logs
     * @param javaOptions for each of them
     */
    Children(Path directory, List<String> javaOptions) {
        this.directory = directory;
        this.javaOptions = javaOptions;
    }

    /** Starts one; what it prints goes to a file named after it. */
    Process start(String name, Optional<Path> recording, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(inheritedOptions());
        command.add(Usage.COUNTABLE_COMPILERS);
        command.addAll(javaOptions);
        recording.ifPresent(file -> command.add(
                "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file.toAbsolutePath()));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(BenchmarksMain.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile())
                .start();
        processes.add(process);
        return process;
    }

    /** The end of what a process has logged. */
    String tailOf(String name) throws IOException {
        List<String> lines = linesOf(name);
        return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** What a process has logged; the newest one of that name. */
    List<String> linesOf(String name) throws IOException {
        return Files.readAllLines(log(name));
    }

    List<Process> processes() {
        return List.copyOf(processes);
    }

    /** What Chronicle and others need of the JVM, which this process was started with. */
    private static List<String> inheritedOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--") || option.startsWith("-Dchronicle."))
                .toList();
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            closeInput(process);
        }
        for (Process process : processes) {
            try {
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
