package io.pecanraft.benchmarks.front;

import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Finds leaders by asking fronts to put something. */
public final class LeaderSearch {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private LeaderSearch() {}

    /**
     * For each group the port of the front that can put. Of several groups those of their {@linkplain ServerPlace#preferredLeader
     * preferred leaders}, so that the leaders do not move any more.
     *
     * @throws IOException when a group has none within so long
     */
    static List<Integer> findAll(Target target, Duration patience) throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>();
        for (int group = 0; group < target.groups(); group++) {
            List<Integer> servers = target.groups() > 1
                    ? List.of(ServerPlace.preferredLeader(group, target.servers()))
                    : IntStream.range(0, target.servers()).boxed().toList();
            int leader = find(target.basePort(), servers, group, PAUSE, patience);
            ports.add(ServerPlace.clientPort(target.basePort(), leader));
        }
        return ports;
    }

    /**
     * Which server's front can put, from 0, where there is one group.
     *
     * @param pause after all have been asked in vain
     * @throws IOException when there is none within so long
     */
    public static int findServer(int basePort, int servers, Duration pause, Duration patience)
            throws IOException, InterruptedException {
        return find(basePort, IntStream.range(0, servers).boxed().toList(), 0, pause, patience);
    }

    private static int find(int basePort, List<Integer> servers, int group, Duration pause, Duration patience)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        String lastAnswer = "no server listens";
        while (System.nanoTime() - start < patience.toNanos()) {
            for (int server : servers) {
                try {
                    if (FrontCall.put(ServerPlace.clientPort(basePort, server), group)) {
                        return server;
                    }
                    lastAnswer = "server " + server + " does not lead, or refuses";
                } catch (IOException e) {
                    lastAnswer = "server " + server + ": " + e.getMessage();
                }
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
        throw new IOException(
                "no leader of group " + group + " within " + patience.toSeconds() + " s; last answer: " + lastAnswer);
    }
}
