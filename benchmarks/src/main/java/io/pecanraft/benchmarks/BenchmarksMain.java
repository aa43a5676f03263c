package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.report.ReportCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code benchmarks/run}, {@code benchmarks/recovery}, {@code benchmarks/footprint} and {@code benchmarks/report}. */
@Command(
        name = "benchmarks",
        description = "Measures PecanRaft beside other libraries for the same purpose.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommand.class,
            RecoveryCommand.class,
            FootprintCommand.class,
            ReportCommand.class,
            ServerCommand.class,
            ClientCommand.class
        })
public final class BenchmarksMain implements Runnable {

    private static final int HELP_WIDTH = 120;

    @Spec
    private CommandSpec spec;

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchmarksMain())
                .setUsageHelpWidth(HELP_WIDTH)
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: run, recovery, footprint or report");
    }
}
