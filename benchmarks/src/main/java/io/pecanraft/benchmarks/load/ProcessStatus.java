package io.pecanraft.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process holds at the moment, as Linux says in {@code /proc/<pid>/status}.
 *
 * @param residentBytes in memory
 * @param anonymousBytes of these not pages of files: heap, stacks, code
 * @param threads how many it has
 */
public record ProcessStatus(long residentBytes, long anonymousBytes, long threads) {

    /** Of a process that runs. */
    public static ProcessStatus of(long pid) throws IOException {
        return of(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")));
    }

    static ProcessStatus of(List<String> lines) throws IOException {
        return new ProcessStatus(
                number(lines, "VmRSS:") << 10, number(lines, "RssAnon:") << 10, number(lines, "Threads:"));
    }

    private static long number(List<String> lines, String name) throws IOException {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").trim());
            }
        }
        throw new IOException("the status of a process has no line " + name);
    }
}
