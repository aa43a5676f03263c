package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Three nodes that are one map, which from some time on forgets what it acknowledges. Nothing of them is a process. */
final class LyingNodes implements Nodes {

    private final Map<String, String> map = new HashMap<>(); // guarded by itself
    final AtomicBoolean forgets = new AtomicBoolean();
    final AtomicBoolean silent = new AtomicBoolean();

    @Override
    public List<String> names() {
        return List.of("n1", "n2", "n3");
    }

    @Override
    public State state(int i) {
        return State.RUNNING;
    }

    @Override
    public void kill(int i) {}

    @Override
    public void start(int i) {}

    @Override
    public void pause(int i) throws IOException {
        throw new IOException("there is no SIGSTOP here");
    }

    @Override
    public void proceed(int i) {}

    @Override
    public Optional<JsonObject> ask(int i) {
        return Optional.empty();
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
