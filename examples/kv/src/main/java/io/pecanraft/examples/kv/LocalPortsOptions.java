package io.pecanraft.examples.kv;

import picocli.CommandLine.Option;

/** The options that say which ports the nodes of a cluster on this machine have. */
final class LocalPortsOptions {

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "7001",
            description = "The first node's RESP port on this machine. Default: ${DEFAULT-VALUE}.")
    private int basePort;

    /**
     * Their ports.
     *
     * @throws IllegalArgumentException when there are no such ports
     */
    LocalPorts ports() {
        return new LocalPorts(basePort, nodes);
    }
}
