package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that starts clusters, measures them, and says what it sees. */
abstract class MeasuringCommand implements Callable<Integer> {

    @Spec
    protected CommandSpec spec;

    @Mixin
    protected ClusterOptions cluster;

    ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The systems that were asked for, of which each is reached through the front. */
    List<BenchmarkedSystem> withTheFront(ClusterOptions cluster) {
        try {
            List<BenchmarkedSystem> asked = cluster.systems();
            for (BenchmarkedSystem system : asked) {
                if (!(system instanceof FrontedSystem)) {
                    throw wrongUsage(system.name() + " has a client of its own, which is not measured here");
                }
            }
            return asked;
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
