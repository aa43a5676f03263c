package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Get;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.testkit.linearizability.HistoryPage;
import io.pecanraft.testkit.linearizability.Judgement;
import io.pecanraft.testkit.linearizability.LinearizabilityChecker;
import io.pecanraft.testkit.linearizability.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One round: servers on fresh data, clients, the plan of a seed, and then what is owed. Everything is healed, and service must resume; every key is
 * read through every server; all that clients were told must be linearizable, which it is not if anything acknowledged is lost; every
 * server must have ended as it was meant to.
 */
final class Round {

    private static final long START_SECONDS = 180;
    private static final long RESUME_SECONDS = 180;
    private static final long POLL_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int BUCKET_MILLIS = 250;
    private static final Duration JUDGE_LIMIT = Duration.ofMinutes(2);
    private static final long MAX_CONFIGURATIONS = 10_000_000;

    /**
     * What a round is.
     *
     * @param directory for what it leaves
     */
    record Settings(long seed, int nodes, int seconds, Duration electionTimeout, String commit, Path directory) {}

    private final Settings settings;
    private final Servers servers;
    private final Injector injector;
    private final List<String> verdict = new ArrayList<>();

    Round(Settings settings, Servers servers, Links links, List<? extends Disk> disks, Permitted permitted) {
        this.settings = settings;
        this.servers = servers;
        this.injector = new Injector(servers, links, disks, permitted, settings.directory());
    }

    RoundResult run() throws InterruptedException, IOException {
        for (int i = 0; i < settings.nodes(); i++) {
            servers.start(i);
        }
        if (!await(START_SECONDS, this::isWhole)) {
            verdict.add("no cluster within " + START_SECONDS + " s of the start");
            return result(List.of(), System.nanoTime(), -1);
        }
        long start = System.nanoTime();
        long resumedMillis;
        RigClients clients = new RigClients(servers, settings.seed());
        try {
            injector.carryOut(
                    InjectionPlan.draw(settings.seed(), settings.nodes(), settings.seconds()),
                    clients::hasWrittenSince);
            long healed = System.nanoTime();
            boolean resumed = await(RESUME_SECONDS, () -> {
                injector.reviveAll(); // one that had refused a full disk
                return isWhole() && clients.hasWrittenSince(healed);
            });
            if (!resumed) {
                verdict.add("service had not resumed " + RESUME_SECONDS + " s after everything was healed");
            }
            resumedMillis = firstWriteAfter(healed, clients.operations());
        } finally {
            clients.end();
        }
        for (int i = 0; i < settings.nodes(); i++) {
            List<String> unread = clients.readAll(i);
            if (!unread.isEmpty()) {
                verdict.add(servers.names().get(i) + " does not answer for " + unread.size() + " keys, such as "
                        + unread.get(0));
            }
        }
        for (int i = 0; i < settings.nodes(); i++) {
            servers.terminate(i);
        }
        return result(clients.operations(), start, resumedMillis);
    }

    private RoundResult result(List<Operation<Request, Answer>> history, long start, long resumedMillis)
            throws IOException {
        judge(history);
        verdict.addAll(injector.failures());
        verdict.addAll(servers.surprises());
        for (String name : servers.names()) {
            verdict.addAll(assertionsIn(name));
        }
        long killed = injector.firstKillNanos();
        int answered =
                Math.toIntExact(history.stream().filter(Operation::isAnswered).count());
        if (!verdict.isEmpty()) {
            keep(history, start);
        }
        return new RoundResult(
                settings.seed(),
                settings.nodes(),
                settings.seconds(),
                settings.commit(),
                counted(servers.starts()),
                verdict,
                answered,
                history.size() - answered,
                killed == 0 ? -1 : firstWriteAfter(killed, history),
                resumedMillis,
                settings.electionTimeout().toMillis(),
                BUCKET_MILLIS,
                buckets(history, start),
                injector.outcomes());
    }

    /** Whether every server takes part, and one of them leads. */
    private boolean isWhole() {
        List<String> roles = IntStream.range(0, settings.nodes())
                .mapToObj(i -> servers.ask(i)
                        .map(json -> json.get("role").getAsString())
                        .orElse(""))
                .toList();
        return roles.contains("LEADER") && roles.stream().allMatch(role -> role.matches("LEADER|FOLLOWER"));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static boolean await(long seconds, Condition condition) throws InterruptedException, IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** How long after this time the first write was acknowledged that was asked for after it. */
    private static long firstWriteAfter(long nanos, List<Operation<Request, Answer>> history) {
        return history.stream()
                .filter(each -> each.isAnswered() && !(each.input() instanceof Get) && each.calledAt() - nanos >= 0)
                .mapToLong(each -> (each.returnedAt() - nanos) / NANOS_PER_MILLI)
                .min()
                .orElse(-1);
    }

    private static List<Integer> buckets(List<Operation<Request, Answer>> history, long start) {
        int[] counts = new int
                [history.stream()
                        .filter(Operation::isAnswered)
                        .mapToInt(each -> bucket(each, start) + 1)
                        .max()
                        .orElse(0)];
        history.stream().filter(Operation::isAnswered).forEach(each -> counts[bucket(each, start)]++);
        return IntStream.of(counts).boxed().toList();
    }

    private static int bucket(Operation<Request, Answer> operation, long start) {
        return Math.toIntExact((operation.returnedAt() - start) / (BUCKET_MILLIS * NANOS_PER_MILLI));
    }

    private static List<String> counted(List<String> names) {
        return names.stream()
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .toList();
    }

    private void judge(List<Operation<Request, Answer>> history) {
        ConditionalKeys model = new ConditionalKeys();
        LinearizabilityChecker<Optional<String>, Request, Answer> checker =
                LinearizabilityChecker.of(model).within(JUDGE_LIMIT).withMaxConfigurations(MAX_CONFIGURATIONS);
        Judgement<Optional<String>, Request, Answer> judgement = checker.check(history);
        if (judgement instanceof Judgement.Violation<Optional<String>, Request, Answer> violation) {
            verdict.add(checker.describe(violation));
            verdict.add("drawn in "
                    + new HistoryPage<>(model, "seed " + settings.seed(), violation).writeTo(settings.directory()));
        } else if (judgement instanceof Judgement.NotDecided<Optional<String>, Request, Answer> open) {
            verdict.add(checker.describe(open));
        }
    }

    private List<String> assertionsIn(String name) throws IOException {
        Path log = settings.directory().resolve(name + ".log");
        if (!Files.exists(log)) {
            return List.of();
        }
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("AssertionError"))
                    .limit(1)
                    .map(line -> name + " logged: " + line)
                    .toList();
        }
    }

    /** What clients were told, and what was injected when, for people. Times are milliseconds of the round. */
    private void keep(List<Operation<Request, Answer>> history, long start) throws IOException {
        ConditionalKeys model = new ConditionalKeys();
        List<String> lines = new ArrayList<>();
        for (Operation<Request, Answer> each : history) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.3f %s %s %s: %s",
                    (each.calledAt() - start) / 1e6,
                    each.isAnswered() ? String.format(Locale.ROOT, "%.3f", (each.returnedAt() - start) / 1e6) : "?",
                    each.input().key(),
                    each.client(),
                    model.describe(each)));
        }
        Files.write(settings.directory().resolve("history.txt"), lines);
        Files.write(
                settings.directory().resolve("injections.txt"),
                injector.outcomes().stream()
                        .map(outcome -> outcome.fromMillis() + " " + outcome.toMillis() + " " + outcome.what()
                                + (outcome.done() ? "" : " (not done)"))
                        .toList());
    }
}
