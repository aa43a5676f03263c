package io.pecanraft.examples.kv;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv log}: tools for the data directory of a server that does not run. */
@Command(
        name = "log",
        description = "Looks at the data directory of a server that does not run, and repairs its log.",
        subcommands = {LogVerifyCommand.class, LogDumpCommand.class, LogRepairCommand.class})
final class LogCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: verify, dump or repair");
    }
}
