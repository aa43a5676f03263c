package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/** The ports of a cluster, one after another. */
final class Ports {

    static final int COUNT = ServerPlace.PORTS * CellRun.SERVERS;

    /** Below those that Linux gives to whoever connects. */
    private static final int LEAST = 10_000;

    private static final int GREATEST = 32_000;
    private static final int TRIES = 100;

    private Ports() {}

    /**
     * The first of so many that nobody uses at the moment, drawn at random, so that two clusters that start together hardly ever meet.
     *
     * @throws IOException when none were found
     */
    static int findFree() throws IOException {
        Random random = new Random();
        for (int i = 0; i < TRIES; i++) {
            int base = LEAST + random.nextInt(GREATEST - LEAST - COUNT);
            if (areFree(base)) {
                return base;
            }
        }
        throw new IOException("found no " + COUNT + " free ports in a row from " + LEAST + " to " + GREATEST);
    }

    /** Whether nobody uses any of them at the moment. */
    static boolean areFree(int base) {
        for (int port = base; port < base + COUNT; port++) {
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
