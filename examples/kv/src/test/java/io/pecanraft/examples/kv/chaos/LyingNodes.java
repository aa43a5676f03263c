package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Three nodes that are one map, which when told to forgets what it acknowledges, does not answer, or carries out a write long after its
 * caller has given up. Nothing of them is a process.
 */
final class LyingNodes implements UnbreakableNodes {

    private static final int LATE_OF = 20;
    private static final int LATE_CALLS = 500; // more than a window has

    private final Map<String, String> map = new HashMap<>(); // guarded by itself
    final AtomicBoolean forgets = new AtomicBoolean();
    final AtomicBoolean silent = new AtomicBoolean();
    final AtomicBoolean late = new AtomicBoolean();
    private final Deque<Late> delayed = new ArrayDeque<>(); // guarded by map
    private int calls; // guarded by map

    private record Late(int call, String key, String value) {}

    @Override
    public List<String> names() {
        return List.of("n1", "n2", "n3");
    }

    @Override
    public void pause(int i) throws IOException {
        throw new IOException("there is no SIGSTOP here");
    }

    @Override
    public Client connect(int i) {
        return new Client() {
            @Override
            public Optional<String> call(String... command) throws IOException {
                return answer(command);
            }

            @Override
            public void close() {}
        };
    }

    private Optional<String> answer(String... command) throws IOException {
        if (silent.get()) {
            throw new IOException("no answer in time");
        }
        String key = command[1];
        synchronized (map) {
            calls++;
            while (!delayed.isEmpty() && delayed.getFirst().call() <= calls) {
                Late write = delayed.removeFirst();
                map.put(write.key(), write.value());
            }
            if (late.get() && command[0].equals("SET") && !command[3].equals("NX") && calls % LATE_OF == 0) {
                delayed.addLast(new Late(calls + LATE_CALLS, key, command[2]));
                throw new IOException("no answer in time");
            }
            switch (command[0]) {
                case "GET" -> {
                    return Optional.ofNullable(map.get(key));
                }
                case "GETDEL" -> {
                    return Optional.ofNullable(map.remove(key));
                }
                default -> {
                    if (command[3].equals("NX") && map.containsKey(key)) {
                        return Optional.empty();
                    }
                    if (!forgets.get()) {
                        map.put(key, command[2]);
                    }
                    return Optional.of("OK");
                }
            }
        }
    }
}
