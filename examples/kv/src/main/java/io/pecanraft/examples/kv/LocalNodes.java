package io.pecanraft.examples.kv;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.Client;
import io.pecanraft.examples.kv.chaos.Nodes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The nodes of a local cluster, for {@code --chaos} to come over. */
final class LocalNodes implements Nodes {

    private static final Duration ASK_TIMEOUT = Duration.ofMillis(700);

    /** Longer than an election takes, so that a call which is held meanwhile is answered. */
    private static final Duration CALL_TIMEOUT = Duration.ofMillis(2_500);

    private final LocalPorts ports;
    private final Children children;
    private final RespAccess access;

    LocalNodes(LocalPorts ports, Children children, RespAccess access) {
        this.ports = ports;
        this.children = children;
        this.access = access;
    }

    @Override
    public List<String> names() {
        return IntStream.range(0, ports.nodes()).mapToObj(LocalPorts::name).toList();
    }

    private ChildNode child(int i) {
        return children.all().get(i);
    }

    @Override
    public State state(int i) {
        ChildNode child = child(i);
        if (!child.process().isAlive()) {
            return State.DOWN;
        }
        return child.isPaused() ? State.PAUSED : State.RUNNING;
    }

    @Override
    public void kill(int i) {
        child(i).kill();
    }

    @Override
    public void start(int i) throws IOException {
        try {
            if (!children.start(i)) {
                throw new IOException("kv cluster is about to end");
            }
        } catch (KvException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void pause(int i) throws IOException {
        child(i).pause();
    }

    @Override
    public void proceed(int i) {
        child(i).proceed();
    }

    @Override
    public Optional<JsonObject> ask(int i) {
        NodeReport report = NodeReport.ask(LocalPorts.name(i), ports.resp(i), access, ASK_TIMEOUT);
        return report.reachable() ? Optional.of(report.json()) : Optional.empty();
    }

    @Override
    public Client connect(int i) throws IOException {
        return RespClient.open(ports.resp(i), access, CALL_TIMEOUT);
    }
}
