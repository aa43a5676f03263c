package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.Injection.Kind;
import io.pecanraft.examples.kv.chaos.Links.Impairment;
import io.pecanraft.examples.kv.chaos.Links.Way;
import io.pecanraft.examples.kv.chaos.Nodes.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Carries a plan out, on one thread. A fault that makes no sense when its time comes, such as the kill of a server that is down, or that
 * the machine does not permit, is left out, which is told.
 */
final class Injector {

    private static final int NODE_FAILED = 4;
    private static final int STORAGE = 3;
    private static final int SIGNALLED = 128;
    private static final long STOP_MILLIS = 30_000;
    private static final long POLL_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * What became of an injection.
     *
     * @param what for people
     * @param done whether it was carried out
     */
    record Outcome(Kind kind, String what, long fromMillis, long toMillis, boolean done) {}

    /** Ends a fault. */
    private interface Ending {
        void end() throws IOException, InterruptedException;
    }

    /** A fault under way, or why there is none. */
    private record Begun(String what, Optional<Ending> ending) {

        static Begun notDone(String why) {
            return new Begun(why, Optional.empty());
        }

        static Begun of(String what, Ending ending) {
            return new Begun(what, Optional.of(ending));
        }
    }

    private record Due(long atNanos, Kind kind, String what, long fromMillis, Ending ending) {}

    private final Servers servers;
    private final Links links;
    private final List<? extends Disk> disks;
    private final Permitted permitted;
    private final Path directory;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private long start;
    private long firstKillNanos;

    Injector(Servers servers, Links links, List<? extends Disk> disks, Permitted permitted, Path directory) {
        this.servers = servers;
        this.links = links;
        this.disks = disks;
        this.permitted = permitted;
        this.directory = directory;
    }

    /**
     * Carries out all of it, and ends every fault at its time.
     *
     * @param servedSince whether clients were served after a time; what is patient waits for it, in all for as long as the plan takes
     */
    void carryOut(List<Injection> plan, LongPredicate servedSince) throws InterruptedException, IOException {
        start = System.nanoTime();
        long waited = 0;
        long mayWait = plan.get(plan.size() - 1).atMillis() * NANOS_PER_MILLI;
        for (Injection injection : plan) {
            endThoseUntil(start + waited + injection.atMillis() * NANOS_PER_MILLI);
            sleepUntil(start + waited + injection.atMillis() * NANOS_PER_MILLI);
            if (injection.patient()) {
                waited += awaitService(mayWait - waited, servedSince);
            }
            begin(injection, millis());
        }
        endThoseUntil(Long.MAX_VALUE);
        reviveAll();
    }

    private void begin(Injection injection, long from) throws InterruptedException, IOException {
        Begun begun = begin(injection);
        if (begun.ending().isPresent()) {
            long end = System.nanoTime() + injection.forMillis() * NANOS_PER_MILLI;
            due.add(new Due(
                    end, injection.kind(), begun.what(), from, begun.ending().get()));
        } else {
            outcomes.add(new Outcome(injection.kind(), begun.what(), from, from, false));
        }
    }

    /** Returns how long that took. Faults that end meanwhile do so. */
    private long awaitService(long limit, LongPredicate servedSince) throws InterruptedException, IOException {
        long began = System.nanoTime();
        while (!servedSince.test(began) && System.nanoTime() - began < limit) {
            endThoseUntil(System.nanoTime());
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return System.nanoTime() - began;
    }

    private long millis() {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
    }

    private void endThoseUntil(long nanos) throws InterruptedException, IOException {
        while (!due.isEmpty() && due.peek().atNanos() <= nanos) {
            Due next = due.remove();
            sleepUntil(next.atNanos());
            next.ending().end();
            outcomes.add(new Outcome(next.kind(), next.what(), next.fromMillis(), millis(), true));
        }
    }

    /** In the order of their beginnings. */
    List<Outcome> outcomes() {
        return outcomes.stream()
                .sorted(Comparator.comparingLong(Outcome::fromMillis))
                .toList();
    }

    /** What a server did under a fault that it must not do. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** When the first leader was killed, by {@link System#nanoTime()}; 0 if there was none. */
    long firstKillNanos() {
        return firstKillNanos;
    }

    private Begun begin(Injection injection) throws IOException, InterruptedException {
        Optional<String> forbidden = permitted.whyNot(injection.kind());
        if (forbidden.isPresent()) {
            return Begun.notDone("not permitted here");
        }
        int i = injection.node() == Injection.LEADER ? leader().orElse(-1) : injection.node();
        if (i < 0) {
            return Begun.notDone("nobody led");
        }
        int other = injection.other() == i ? (i + 1) % disks.size() : injection.other();
        String name = name(i);
        return switch (injection.kind()) {
            case KILL, RESTART, PAUSE, POWER, EIO ->
                servers.state(i) == State.RUNNING
                        ? toProcess(injection.kind(), i)
                        : Begun.notDone(name + " did not run");
            case POWER_ALL -> losePowerOfAll();
            case DISK_FULL -> {
                servers.diskIsFull(i, true);
                disks.get(i).fill();
                Flood flood = new Flood(servers, other);
                yield Begun.of("disk of " + name + " full", () -> {
                    flood.end();
                    disks.get(i).free();
                    servers.diskIsFull(i, false);
                    revive(i);
                });
            }
            case CLOCK -> {
                servers.setClockOff(injection.amount());
                yield Begun.of(
                        "wall clock of " + name(servers.clockServer()) + " off by " + injection.amount() + " s",
                        () -> servers.setClockOff(0));
            }
            case ISOLATE -> impair("isolate " + name, between(node -> node == i), Passage.HELD);
            case STALL -> impair("stall " + name, between(node -> node == i), Passage.HELD);
            case SPLIT ->
                impair(
                        "split " + name + "+" + name(other) + " from the others",
                        between(node -> node == i || node == other),
                        Passage.HELD);
            case MUTE -> impair("mute " + name, ways(way -> way.from() == i), Passage.HELD);
            case DEAF -> impair("deafen " + name, ways(way -> way.to() == i), Passage.HELD);
            case ONE_WAY ->
                impair("nothing from " + name + " to " + name(other), Set.of(new Way(i, other)), Passage.HELD);
            case DELAY ->
                impair(
                        "delay " + name + " by " + injection.amount() + " ms",
                        between(node -> node == i),
                        Passage.delayed(injection.amount()));
            case CORRUPT ->
                impair(
                        "corrupt 1 in " + injection.amount() + " of " + name,
                        between(node -> node == i),
                        Passage.damaged(injection.amount()));
        };
    }

    private Begun toProcess(Kind kind, int i) throws IOException, InterruptedException {
        return switch (kind) {
            case KILL -> kill(i);
            case RESTART -> {
                servers.terminate(i);
                servers.start(i);
                yield Begun.of("restart " + name(i), () -> revive(i));
            }
            case PAUSE -> {
                servers.pause(i);
                yield Begun.of("pause " + name(i), () -> servers.proceed(i));
            }
            case POWER -> {
                servers.expectEnd(i);
                disks.get(i).losePower();
                endWithoutPower(i);
                yield Begun.of("power of " + name(i) + " cut", () -> revive(i));
            }
            default -> failFlush(i);
        };
    }

    private Begun kill(int i) {
        servers.expectEnd(i);
        boolean leads = leader().equals(OptionalInt.of(i));
        if (firstKillNanos == 0) {
            firstKillNanos = System.nanoTime();
        }
        servers.kill(i);
        return Begun.of("kill -9 " + name(i) + (leads ? ", the leader" : ""), () -> revive(i));
    }

    /** All disks first, so that none is written to any more when the first process dies. */
    private Begun losePowerOfAll() throws IOException {
        for (int i = 0; i < disks.size(); i++) {
            servers.expectEnd(i);
        }
        for (Disk disk : disks) {
            disk.losePower();
        }
        for (int i = 0; i < disks.size(); i++) {
            if (servers.state(i) != State.DOWN) {
                servers.kill(i);
            }
        }
        for (int i = 0; i < disks.size(); i++) {
            endWithoutPower(i);
        }
        return Begun.of("power of all cut", this::reviveAll);
    }

    private void endWithoutPower(int i) throws IOException {
        servers.kill(i);
        disks.get(i).restorePower();
    }

    private Begun failFlush(int i) throws IOException {
        servers.expectEnd(i);
        // Of this process: when it has stopped, the end of another fault may start the server again.
        CompletableFuture<Integer> end = servers.end(i);
        FailingFlush failing = FailingFlush.of(servers.pid(i), directory.resolve("strace-" + System.nanoTime()));
        return Begun.of("EIO at a flush of " + name(i), () -> {
            failing.close();
            if (failing.hasFailed()) {
                awaitStop(i, end);
            }
            revive(i);
        });
    }

    /** A server whose flush has failed stops itself, unless another fault has ended it. That takes a while. */
    private void awaitStop(int i, CompletableFuture<Integer> end) throws InterruptedException {
        servers.proceed(i);
        try {
            int code = end.get(STOP_MILLIS, TimeUnit.MILLISECONDS);
            if (code != NODE_FAILED && code != STORAGE && code <= SIGNALLED) {
                failures.add(name(i) + " had a flush fail with EIO and ended with exit code " + code);
            }
        } catch (TimeoutException e) {
            failures.add(name(i) + " had a flush fail with EIO and went on");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a server that is down, whatever has ended it. */
    private void revive(int i) throws IOException {
        if (servers.state(i) == State.DOWN) {
            servers.start(i);
        }
    }

    void reviveAll() throws IOException {
        for (int i = 0; i < disks.size(); i++) {
            revive(i);
        }
    }

    private Begun impair(String what, Set<Way> ways, Passage passage) {
        Impairment impairment = links.impair(ways, passage);
        return Begun.of(what, impairment::close);
    }

    private Set<Way> between(IntPredicate group) {
        return ways(way -> group.test(way.from()) != group.test(way.to()));
    }

    private Set<Way> ways(Predicate<Way> which) {
        Set<Way> ways = new HashSet<>();
        for (int from = 0; from < disks.size(); from++) {
            for (int to = 0; to < disks.size(); to++) {
                Way way = new Way(from, to);
                if (from != to && which.test(way)) {
                    ways.add(way);
                }
            }
        }
        return ways;
    }

    private String name(int i) {
        return servers.names().get(i);
    }

    /** The one that leads the latest term, as they say. */
    private OptionalInt leader() {
        record Leader(int node, long term) {}
        return IntStream.range(0, disks.size())
                .filter(i -> servers.state(i) == State.RUNNING)
                .mapToObj(i -> servers.ask(i)
                        .filter(Injector::leads)
                        .map(json -> new Leader(i, json.get("term").getAsLong())))
                .flatMap(Optional::stream)
                .max(Comparator.comparingLong(Leader::term))
                .map(leader -> OptionalInt.of(leader.node()))
                .orElse(OptionalInt.empty());
    }

    private static boolean leads(JsonObject status) {
        return status.get("role").getAsString().equals("LEADER");
    }
}
