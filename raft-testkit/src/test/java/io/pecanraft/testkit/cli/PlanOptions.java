package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.PlanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which plan: that of a seed, or one in a file. */
final class PlanOptions {

    @Option(names = "--seed", description = "the seed whose plan to run")
    Long seed;

    @Option(names = "--plan", description = "a file with a plan, as shrink writes it")
    Path file;

    Plan plan() throws IOException {
        return file != null ? PlanText.read(Files.readString(file)) : Plan.of(seed);
    }

    String name() {
        return file != null ? file.toString() : "seed " + seed;
    }
}
