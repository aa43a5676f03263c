package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/** The ports of a cluster, one after another. */
final class Ports {

    /** Below those that Linux gives to whoever connects. */
    private static final int LEAST = 10_000;

    private static final int GREATEST = 32_000;
    private static final int TRIES = 100;

    private Ports() {}

    /** How many so many servers need. */
    static int count(int servers) {
        return ServerPlace.PORTS * servers;
    }

    /**
     * The first of those for so many servers, which nobody uses at the moment; drawn at random, so that two clusters that start together
     * hardly ever meet.
     *
     * @throws IOException when none were found
     */
    static int findFree(int servers) throws IOException {
        Random random = new Random();
        for (int i = 0; i < TRIES; i++) {
            int base = LEAST + random.nextInt(GREATEST - LEAST - count(servers));
            if (areFree(base, servers)) {
                return base;
            }
        }
        throw new IOException("found no " + count(servers) + " free ports in a row from " + LEAST + " to " + GREATEST);
    }

    /** Whether nobody uses any of those for so many servers at the moment. */
    static boolean areFree(int base, int servers) {
        for (int port = base; port < base + count(servers); port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
