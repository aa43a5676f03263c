package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.NewCluster;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a new cluster is to be known, and what to type once its first server has data. */
final class NewClusterOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--id",
            required = true,
            paramLabel = "NAME",
            description = "The name of the new cluster's first server.")
    private String id;

    @Option(
            names = "--raft-address",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where others will reach that server.")
    private String raftAddress;

    @Option(
            names = "--cluster-name",
            required = true,
            paramLabel = "NAME",
            description = "The new cluster's name. Not the old one's: servers of both must not mix.")
    private String clusterName;

    NewCluster cluster() {
        try {
            return new NewCluster(
                    ClusterId.fromName(clusterName),
                    new MemberAddress(NodeId.of(id), HostPort.parse(raftAddress).toString()),
                    ChronicleStorageConfig.defaults());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    void sayHowToGoOn(EntryId last, Path directory, PrintWriter out) {
        out.println(directory + " holds the first server of cluster '" + clusterName + "', up to entry " + last);
        out.println("start it:");
        out.println("  kv server --id " + id + " --members " + id + "=" + raftAddress + " --cluster-name " + clusterName
                + " --data " + directory + " --listen HOST:PORT");
        out.println("then each further one, with an empty directory, and add it at the first:");
        out.println("  kv server --join --id NAME --raft-listen HOST:PORT --cluster-name " + clusterName
                + " --data DIR --listen HOST:PORT");
        out.println("  RAFT ADD NAME HOST:PORT");
    }
}
