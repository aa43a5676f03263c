package io.pecanraft.examples.kv;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code kv}. Has no logger: its commands decide first how to log. */
@Command(
        name = "kv",
        description = "A replicated key-value store that speaks RESP, built on PecanRaft.",
        mixinStandardHelpOptions = true,
        versionProvider = KvMain.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong command line", "others:see the help of each command"},
        scope = ScopeType.INHERIT,
        subcommands = {
            ClusterCommand.class,
            ServerCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            CallCommand.class,
            LogCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            RecoverCommand.class
        })
public final class KvMain implements Callable<Integer> {

    private static final int HELP_WIDTH = 110;

    /** Not of the annotation, of which every command inherits what it does not say itself. */
    private static final String[] FOOTER = {
        "",
        "Start a cluster on this machine, and talk to it with any Redis client:",
        "  kv cluster",
        "  redis-cli -p 7001 set k v",
        "  redis-cli -p 7003 get k",
        "or without one:",
        "  kv call get k"
    };

    @Spec
    private CommandSpec spec;

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, ready to be executed; also for tests. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new KvMain());
        commandLine.getCommandSpec().usageMessage().footer(FOOTER);
        commandLine.setUsageHelpWidth(HELP_WIDTH);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        // What follows the first word of a command for a server is the server's: negative numbers, for instance.
        Objects.requireNonNull(commandLine.getSubcommands().get("call")).setStopAtPositional(true);
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler(KvMain::onWrongUsage);
        commandLine.setExecutionExceptionHandler(KvMain::onFailure);
        return commandLine;
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: cluster, server, status, doctor, call, log, backup, restore or recover");
    }

    private static int onWrongUsage(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(name(command) + ": " + wrong.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + name(command) + " --help'.");
        return ExitCode.USAGE;
    }

    private static int onFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (failure instanceof KvException expected) {
            err.println(name(command) + ": " + expected.getMessage());
            return expected.exitCode();
        }
        err.println(name(command) + ": " + failure);
        failure.printStackTrace(err);
        return ExitCode.FAILURE;
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    /** The version from the manifest of the jar. */
    static final class Version implements IVersionProvider {

        static String get() {
            String version = KvMain.class.getPackage().getImplementationVersion();
            return version == null ? "0.0.0-dev" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"kv " + get() + ", Java " + Runtime.version()};
        }
    }
}
