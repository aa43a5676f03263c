package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Round after round of real servers under fire, a ledger of them, and a report. */
public final class Rig {

    /**
     * What is asked for.
     *
     * @param firstSeed of the first round; each further one has the next seed
     * @param rounds how many there shall be in the ledger of these seeds
     * @param nodes how many servers; a round has one of these numbers, by its seed
     * @param disks for the servers' disks
     * @param again whether a round that is in the ledger is run once more
     */
    public record Settings(
            long firstSeed,
            int rounds,
            int seconds,
            List<Integer> nodes,
            Duration electionTimeout,
            String commit,
            Path directory,
            Path disks,
            boolean again) {}

    /** Makes the servers of a round. */
    public interface Starter {

        /** Where servers of a new round will listen for each other. */
        List<InetSocketAddress> reserve(int nodes);

        /** Not started yet. */
        Servers make(long seed, Path directory, List<Path> data, Links links);
    }

    private final Settings settings;
    private final Starter starter;
    private final Consumer<String> say;

    /** Not run yet. */
    public Rig(Settings settings, Starter starter, Consumer<String> say) {
        this.settings = settings;
        this.starter = starter;
        this.say = say;
    }

    /** Runs the rounds that are not in the ledger yet. Returns how many have failed. */
    public int run() throws IOException, InterruptedException {
        Files.createDirectories(settings.directory());
        Permitted permitted = Permitted.here(settings.disks());
        permitted.skipped().forEach(skipped -> say.accept("skipped: " + skipped));
        RoundLedger ledger = new RoundLedger(settings.directory());
        Set<Long> done = new HashSet<>();
        if (!settings.again()) {
            ledger.rounds().forEach(round -> done.add(round.seed()));
        }
        int failed = 0;
        for (long seed = settings.firstSeed(); seed < settings.firstSeed() + settings.rounds(); seed++) {
            if (done.contains(seed)) {
                continue;
            }
            RoundResult result = round(seed, permitted);
            ledger.add(result);
            RigPage.write(settings.directory(), ledger.rounds(), permitted.skipped());
            say.accept(summary(result));
            if (!result.isClean()) {
                failed++;
                say.accept("  kept: " + roundDirectory(seed));
                say.accept("  again: chaos --seed " + seed + " --rounds 1 --again --nodes " + result.nodes()
                        + " --seconds " + result.seconds() + " --report " + settings.directory());
            }
        }
        RigPage.write(settings.directory(), ledger.rounds(), permitted.skipped());
        say.accept("report: " + settings.directory().resolve(RigPage.NAME));
        return failed;
    }

    private Path roundDirectory(long seed) {
        return settings.directory().resolve("round-" + seed);
    }

    private RoundResult round(long seed, Permitted permitted) throws IOException, InterruptedException {
        int nodes = settings.nodes().get(Math.floorMod(seed, settings.nodes().size()));
        Path directory = roundDirectory(seed);
        Path images = settings.disks().resolve("disks-" + seed);
        Program.delete(directory);
        Program.delete(images);
        Files.createDirectories(directory);
        Files.createDirectories(images);
        List<Disk> disks = new ArrayList<>();
        boolean clean = false;
        try {
            for (int i = 0; i < nodes; i++) {
                String name = "n" + (i + 1);
                disks.add(permitted.disks() ? LoopDisk.make(images, name) : new PlainDisk(images.resolve(name)));
            }
            try (Links links = new Links(starter.reserve(nodes));
                    Servers servers = starter.make(
                            seed, directory, disks.stream().map(Disk::data).toList(), links)) {
                RoundResult result = new Round(
                                new Round.Settings(
                                        seed,
                                        nodes,
                                        settings.seconds(),
                                        settings.electionTimeout(),
                                        settings.commit(),
                                        directory),
                                servers,
                                links,
                                disks,
                                permitted)
                        .run();
                clean = result.isClean();
                return result;
            }
        } finally {
            disks.forEach(Disk::close);
            if (clean) {
                Program.delete(directory);
            } else {
                Shell.run("cp", "-r", "--sparse=always", images.toString(), directory.toString());
            }
            Program.delete(images);
        }
    }

    private static String summary(RoundResult result) {
        long done = result.injections().stream().filter(Injector.Outcome::done).count();
        return "seed " + result.seed() + ", " + result.nodes() + " nodes: " + result.answered() + " answered, "
                + result.unknown() + " of unknown outcome, " + done + " faults, failover " + result.failoverMillis()
                + " ms, resumed after " + result.resumedMillis() + " ms: "
                + (result.isClean() ? "linearizable, nothing lost" : String.join("\n  ", result.verdict()));
    }
}
