package io.pecanraft.testkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point. */
@Command(
        name = "sim",
        description = "Simulates clusters of PecanRaft, one seed after the other, and looks for broken rules.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {RunCommand.class, ReplayCommand.class, ShrinkCommand.class, MutantsCommand.class})
final class SimCommand {

    private SimCommand() {}

    /** Runs a command and ends with its exit code: 0 for clean, 1 for a broken rule, 2 for a wrong call. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SimCommand()).execute(args));
    }
}
