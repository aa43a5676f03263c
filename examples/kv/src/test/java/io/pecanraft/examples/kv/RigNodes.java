package io.pecanraft.examples.kv;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.Client;
import io.pecanraft.examples.kv.chaos.Links;
import io.pecanraft.examples.kv.chaos.Servers;
import io.pecanraft.examples.kv.chaos.WallClocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The server processes of a round of the chaos rig: of the built program, each start on a Java drawn by the seed. */
final class RigNodes implements Servers {

    private static final Duration ASK_TIMEOUT = Duration.ofMillis(700);

    /** Longer than the servers hold a call. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final int TERMINATED = 143;

    private final LocalPorts ports;
    private final Path directory;
    private final List<Path> data;
    private final Links links;
    private final List<String> options;
    private final List<RigJava> javas;
    private final Random random;
    private final Function<RigJava, SharedClasses> classes;
    private final WallClocks clocks;
    private final int clockServer;
    private final @Nullable ChildNode[] children; // all guarded by this
    private final boolean[] endIsMeant;
    private final boolean[] isFull;
    private final boolean[] wasFull; // since its start
    private final List<String> surprises = new ArrayList<>();
    private final List<String> starts = new ArrayList<>();

    /** Starts nothing yet. */
    RigNodes(
            LocalPorts ports,
            Path directory,
            List<Path> data,
            Links links,
            List<String> options,
            List<RigJava> javas,
            Function<RigJava, SharedClasses> classes,
            long seed) {
        this.ports = ports;
        this.directory = directory;
        this.data = data;
        this.links = links;
        this.options = options;
        this.javas = javas;
        this.random = new Random(seed);
        this.classes = classes;
        this.clocks = WallClocks.in(directory);
        this.clockServer = random.nextInt(ports.nodes());
        this.children = new ChildNode[ports.nodes()];
        this.endIsMeant = new boolean[ports.nodes()];
        this.isFull = new boolean[ports.nodes()];
        this.wasFull = new boolean[ports.nodes()];
    }

    @Override
    public List<String> names() {
        return IntStream.range(0, ports.nodes()).mapToObj(LocalPorts::name).toList();
    }

    private synchronized ChildNode child(int i) {
        ChildNode child = children[i];
        if (child == null) {
            throw new IllegalStateException(LocalPorts.name(i) + " was not started");
        }
        return child;
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
    public synchronized void start(int i) {
        RigJava java = javas.get(random.nextInt(javas.size()));
        List<String> all = new ArrayList<>(options);
        all.addAll(LocalPorts.detourOptions(links.detours(i)));
        endIsMeant[i] = false;
        wasFull[i] = isFull[i];
        starts.add(java.name());
        List<String> command = new ArrayList<>();
        try {
            if (i == clockServer) {
                command.addAll(clocks.command(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.addAll(java.command(classes.apply(java), Program.jar()));
        ChildNode child = ChildNode.start(ports, i, directory, data.get(i), all, command);
        children[i] = child;
        child.process().onExit().thenRun(() -> ended(i, child));
    }

    private synchronized void ended(int i, ChildNode child) {
        WallClocks.forget(child.process().pid());
        boolean lackedRoom = wasFull[i] && child.process().exitValue() == ExitCode.STORAGE;
        if (children[i] == child && !endIsMeant[i] && !lackedRoom) {
            surprises.add(child.name() + " " + child.howItEnded() + ", which nobody meant: "
                    + String.join(" | ", child.logTail()));
        }
    }

    @Override
    public synchronized void expectEnd(int i) {
        endIsMeant[i] = true;
    }

    @Override
    public synchronized void diskIsFull(int i, boolean full) {
        isFull[i] = full;
        wasFull[i] |= full;
    }

    /** One only, since each look at a clock that is played takes its time: with all of them clients got a tenth of the answers. */
    @Override
    public int clockServer() {
        return clockServer;
    }

    @Override
    public void setClockOff(long seconds) throws IOException {
        clocks.setOff(clockServer, seconds);
    }

    @Override
    public void kill(int i) {
        child(i).kill();
        awaitEnd(child(i));
    }

    @Override
    public void terminate(int i) {
        ChildNode child = child(i);
        expectEnd(i);
        boolean alive = child.process().isAlive();
        child.terminate();
        boolean byItself = awaitEnd(child);
        if (alive && (!byItself || child.process().exitValue() != TERMINATED)) {
            synchronized (this) {
                surprises.add(child.name() + " was told to end (SIGTERM) and "
                        + (byItself ? child.howItEnded() : "did not within " + STOP_TIMEOUT.toSeconds() + " s"));
            }
        }
    }

    private static boolean awaitEnd(ChildNode child) {
        try {
            return child.awaitEnd(STOP_TIMEOUT.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
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
    public long pid(int i) {
        return child(i).process().pid();
    }

    @Override
    public CompletableFuture<Integer> end(int i) {
        return child(i).process().onExit().thenApply(Process::exitValue);
    }

    @Override
    public synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }

    @Override
    public synchronized List<String> starts() {
        return List.copyOf(starts);
    }

    @Override
    public Optional<JsonObject> ask(int i) {
        NodeReport report = NodeReport.ask(LocalPorts.name(i), ports.resp(i), RespAccess.PLAIN, ASK_TIMEOUT);
        return report.reachable() ? Optional.of(report.json()) : Optional.empty();
    }

    @Override
    public Client connect(int i) throws IOException {
        return RespClient.open(ports.resp(i), RespAccess.PLAIN, CALL_TIMEOUT);
    }

    @Override
    public void close() {
        synchronized (this) {
            Arrays.fill(endIsMeant, true);
        }
        for (int i = 0; i < children.length; i++) {
            if (children[i] != null) {
                kill(i);
            }
        }
    }
}
