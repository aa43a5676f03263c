package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.PlanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which plan: that of a seed, or one in a file. */
final class PlanOptions {

    @ArgGroup(multiplicity = "1")
    Source source;

    @Option(names = "--churn", description = "with --seed: the plan in which servers come and go besides")
    boolean churn;

    static final class Source {

        @Option(names = "--seed", description = "the seed whose plan to run")
        @Nullable
        Long seed;

        @Option(names = "--plan", description = "a file with a plan, as shrink writes it")
        @Nullable
        Path file;
    }

    /**
     * The plan.
     *
     * @throws CommandLine.ParameterException when its file cannot be read or says what is not understood
     */
    Plan plan(CommandLine command) {
        if (source.file == null) {
            return churn ? Plan.withChurn(seed()) : Plan.of(seed());
        }
        try {
            return PlanText.read(Files.readString(source.file));
        } catch (IOException e) {
            throw new CommandLine.ParameterException(command, "no plan can be read from " + source.file + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, source.file + ": " + e.getMessage(), e);
        }
    }

    private long seed() {
        return Objects.requireNonNull(source.seed);
    }

    String name() {
        return source.file != null ? source.file.toString() : "seed " + seed() + (churn ? " with churn" : "");
    }

    /** The same choice again, as arguments. */
    String arguments() {
        return source.file != null ? "--plan " + source.file : "--seed " + seed() + (churn ? " --churn" : "");
    }
}
