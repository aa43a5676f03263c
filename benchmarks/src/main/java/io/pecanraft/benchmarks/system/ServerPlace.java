package io.pecanraft.benchmarks.system;

import java.nio.file.Path;

/**
 * Where a server stands: which one it is, its ports and its directory.
 *
 * @param index from 0
 * @param servers how many there are
 * @param groups how many Raft groups each has
 * @param basePort the first port of server 0; each server has {@value #PORTS} of them
 * @param directory the server's own, on the disk that is measured
 * @param guarantee what a write must survive
 * @param snapshots when they are taken, and of how much; as usual where the system cannot do anything else
 * @param operation what clients will ask for, where that makes a difference to how the system is set up; writes always
 */
public record ServerPlace(
        int index,
        int servers,
        int groups,
        int basePort,
        Path directory,
        Guarantee guarantee,
        Snapshots snapshots,
        Operation operation) {

    /** The interface that everything is bound to. */
    public static final String HOST = "127.0.0.1";

    /** How many ports each server has. */
    public static final int PORTS = 16;

    /** Which server is to lead a group, where there are many: each in turn. */
    public static int preferredLeader(int group, int servers) {
        return group % servers;
    }

    /** Where clients connect to this server. */
    public int clientPort() {
        return clientPort(basePort, index);
    }

    /** Where clients connect to a server. */
    public static int clientPort(int basePort, int server) {
        return basePort + server * PORTS;
    }

    /**
     * Where servers connect to a server.
     *
     * @param use from 0 to {@value #PORTS} - 2, for systems that listen more than once
     */
    public int peerPort(int server, int use) {
        return clientPort(basePort, server) + 1 + use;
    }

    /** The first of the ports between servers. */
    public int peerPort(int server) {
        return peerPort(server, 0);
    }
}
