package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.ErrorLines;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.PlanText;
import io.pecanraft.testkit.swarm.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one plan again and shows it. */
@Command(name = "replay", description = "Runs one plan, says how it ended, and draws it.")
final class ReplayCommand implements Callable<Integer> {

    @Mixin
    PlanOptions which;

    @Spec
    CommandSpec spec;

    @Option(names = "--html", description = "draw the run as a page")
    Path html;

    @Option(names = "--print", description = "print the plan first")
    boolean print;

    @Option(names = "--lines", defaultValue = "0", description = "print so many of the last lines of the trace")
    int lines;

    @Override
    public Integer call() throws IOException {
        Plan plan = which.plan(spec.commandLine());
        if (print) {
            System.out.println(PlanText.write(plan));
        }
        AtomicReference<Replay> run = new AtomicReference<>();
        List<String> errorLines = ErrorLines.during(() -> run.set(Replay.of(plan)));
        Replay replay = run.get();
        boolean clean = replay.failure().isEmpty() && errorLines.isEmpty();
        replay.trace().last(lines).forEach(System.out::println);
        System.out.println(which.name() + ", trace hash "
                + Long.toHexString(replay.trace().hash()) + ": "
                + (clean ? "clean" : "\n" + replay.ending()));
        errorLines.forEach(line -> System.out.println(ErrorLines.RULE + ": " + line));
        if (html != null) {
            Files.writeString(html, replay.html());
            System.out.println("drawn in " + html.toAbsolutePath().toUri());
        }
        return clean ? 0 : 1;
    }
}
