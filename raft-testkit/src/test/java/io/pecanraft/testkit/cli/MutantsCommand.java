package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.mutants.MutantSurvey;
import io.pecanraft.testkit.mutants.MutantTable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts known bugs into the library and looks who finds them. */
@Command(name = "mutants", description = "Breaks the library on purpose and counts the seeds until it is noticed.")
final class MutantsCommand implements Callable<Integer> {

    @Option(names = "--only", defaultValue = "", description = "those whose names contain this")
    String only;

    @Option(names = "--shrink", description = "also make the plans small that found them, and say how small")
    boolean shrink;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "with --shrink: for how long at most, each; default ${DEFAULT-VALUE}")
    int seconds;

    @Option(names = "--table", description = "measure from three first seeds, and write the table to this page")
    @Nullable
    Path table;

    @Option(
            names = "--limit",
            defaultValue = "200",
            description = "with --table: seeds from each; default ${DEFAULT-VALUE}")
    int limit;

    @Option(
            names = "--jobs",
            defaultValue = "1",
            description = "with --table: mutants at a time; default ${DEFAULT-VALUE}")
    int jobs;

    @Option(
            names = "--ledger",
            defaultValue = "target/mutants.txt",
            description =
                    "with --table: where to note what is measured, so that it can be stopped; default ${DEFAULT-VALUE}")
    Path ledger;

    @Option(names = "--commit", defaultValue = "unknown", description = "what is being run; the launcher says it")
    String commit;

    @Override
    public Integer call() throws Exception {
        if (table != null) {
            return MutantTable.write(only, limit, jobs, commit, ledger, table) ? 0 : 1;
        }
        return MutantSurvey.run(only, shrink ? seconds : 0) ? 0 : 1;
    }
}
