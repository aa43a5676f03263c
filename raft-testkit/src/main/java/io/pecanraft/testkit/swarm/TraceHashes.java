package io.pecanraft.testkit.swarm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hashes of the traces of seeds, by seed, and how {@linkplain OtherJvm another JVM} tells them. That two JVMs see the same proves that no address, hash
 * code, clock or thread has a say in a run, which one JVM cannot prove: it may be wrong the same way twice.
 */
public final class TraceHashes {

    private static final String WORD = "hash";

    private TraceHashes() {}

    /** Those of runs. */
    public static Map<Long, Long> of(Iterable<Outcome> outcomes) {
        Map<Long, Long> hashes = new TreeMap<>();
        outcomes.forEach(outcome -> hashes.put(outcome.seed(), outcome.traceHash()));
        return hashes;
    }

    /** Tells another JVM, by the standard output, what this one has seen. */
    public static void print(Map<Long, Long> hashes) {
        hashes.forEach((seed, hash) -> System.out.println(WORD + " " + seed + " " + hash));
    }

    /**
     * What another JVM printed.
     *
     * @throws AssertionError if it has failed
     */
    static Map<Long, Long> read(Process process) throws IOException, InterruptedException {
        Map<Long, Long> hashes = new TreeMap<>();
        StringBuilder everything = new StringBuilder();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && words[0].equals(WORD)) {
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
