package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.mutants.MutantSurvey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts known bugs into the library and looks who finds them. */
@Command(name = "mutants", description = "Breaks the library on purpose and counts the seeds until it is noticed.")
final class MutantsCommand implements Callable<Integer> {

    @Option(names = "--only", defaultValue = "", description = "those whose names contain this")
    String only;

    @Option(names = "--shrink", description = "also make the plans small that found them, and say how small")
    boolean shrink;

    @Override
    public Integer call() throws Exception {
        return MutantSurvey.run(only, shrink) ? 0 : 1;
    }
}
