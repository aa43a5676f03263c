package io.pecanraft.testkit.swarm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs seeds and prints the hash of each one's trace: the other half of a comparison between two JVMs. */
final class TraceHashes {

    private TraceHashes() {}

    /** Whether servers come and go, the first seed, and how many. */
    public static void main(String[] args) {
        of(Boolean.parseBoolean(args[0]), Long.parseLong(args[1]), Long.parseLong(args[2]))
                .forEach((seed, hash) -> System.out.println("hash " + seed + " " + hash));
    }

    /** The hashes of so many seeds from a first one on, here. */
    static Map<Long, Long> of(boolean churn, long first, long count) {
        Map<Long, Long> hashes = new TreeMap<>();
        for (long seed = first; seed < first + count; seed++) {
            Plan plan = churn ? Plan.withChurn(seed) : Plan.of(seed);
            hashes.put(seed, Simulation.run(plan, "").traceHash());
        }
        return hashes;
    }

    /** A JVM that runs seeds, with the classes of this one. */
    static Process start(Path javaHome, boolean churn, long first, long count) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(List.of(
                        javaHome.resolve("bin/java").toString(),
                        "-cp",
                        classes,
                        TraceHashes.class.getName(),
                        Boolean.toString(churn),
                        Long.toString(first),
                        Long.toString(count)))
                .redirectErrorStream(true)
                .start();
    }

    /** The same with the JDK of this JVM. */
    static Process start(boolean churn, long first, long count) throws IOException {
        return start(Path.of(System.getProperty("java.home")), churn, first, count);
    }

    /** The hashes that it printed, by seed. */
    static Map<Long, Long> read(Process process) throws IOException, InterruptedException {
        Map<Long, Long> hashes = new TreeMap<>();
        StringBuilder everything = new StringBuilder();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && words[0].equals("hash")) {
                    hashes.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
                } else {
                    everything.append(line).append('\n');
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new AssertionError("the other JVM failed:\n" + everything);
        }
        return hashes;
    }
}
