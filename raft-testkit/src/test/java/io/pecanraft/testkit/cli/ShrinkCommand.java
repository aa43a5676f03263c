package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.ErrorLines;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.PlanText;
import io.pecanraft.testkit.swarm.Shrinker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a failing plan small and keeps it. */
@Command(name = "shrink", description = "Makes a failing plan small and writes it where every build runs it.")
final class ShrinkCommand implements Callable<Integer> {

    @Mixin
    PlanOptions which;

    @Spec
    CommandSpec spec;

    @Option(names = "--budget", defaultValue = "2000", description = "how many runs at most; default ${DEFAULT-VALUE}")
    int budget;

    @Option(names = "--minutes", defaultValue = "10", description = "how long at most; default ${DEFAULT-VALUE}")
    int minutes;

    @Option(names = "--regressions", defaultValue = "src/test/resources/regressions", description = "the directory")
    Path regressions;

    @Override
    public Integer call() throws IOException {
        Plan plan = which.plan(spec.commandLine());
        if (budget < 1 || minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--budget and --minutes must be at least 1");
        }
        if (!Files.isDirectory(regressions)) {
            throw new ParameterException(spec.commandLine(), "--regressions: there is no directory " + regressions);
        }
        if (ErrorLines.ruleBroken(plan).isEmpty()) {
            System.out.println(which.name() + " is clean, there is nothing to shrink");
            return 0;
        }
        Shrinker shrinker = new Shrinker(
                plan,
                ErrorLines::ruleBroken,
                new Shrinker.Limits(budget, Duration.ofMinutes(minutes)),
                step -> System.out.print("\r" + step + "   "));
        Plan smallest = shrinker.shrink();
        String text = "# Broke the rule " + shrinker.rule() + ". From " + which.name() + ", "
                + plan.items().size() + " items, after " + shrinker.runs() + " runs.\n" + PlanText.write(smallest);
        Path file = regressions.resolve(shrinker.rule() + (plan.spares() > 0 ? "-churn-" : "-") + plan.seed() + ".txt");
        Files.writeString(file, text);
        System.out.println("\n" + text + "\n" + smallest.items().size() + " of "
                + plan.items().size() + " items are left, written to " + file.toAbsolutePath()
                + "\nEvery build runs what lies in src/test/resources/regressions (RegressionsTest), and fails until the bug is mended.\n"
                + "Draw it with: raft-testkit/sim replay --plan " + file.toAbsolutePath() + " --html run.html");
        return 1;
    }
}
