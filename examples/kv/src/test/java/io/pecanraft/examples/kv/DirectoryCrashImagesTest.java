package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pecanraft.RaftConfig;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.StorageOnPowerCutDisk;
import io.pecanraft.testkit.disk.DiskMoment;
import io.pecanraft.testkit.disk.DiskMoment.Tear;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;

/**
 * The directory of a server as a loss of power leaves it at any of its flushes, from the first of a new server on. What is started on it holds the
 * effect of the first so many commands, with every one among them that had been answered and no transaction by half; and it serves.
 *
 * <p>The seed chooses the commands and the images; which commands fall into one flush depends on the machine. More of them, or others:
 *
 * <pre>
 *   mvn -q test -pl examples/kv -am -Dtest=DirectoryCrashImagesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dcrash.images=1000 -Dcrash.seed=7
 * </pre>
 */
class DirectoryCrashImagesTest {

    private static final int IMAGES_OF_EACH = Integer.getInteger("crash.images", 30) / What.values().length;
    private static final long SEED = Long.getLong("crash.seed", 1);
    private static final int KEYS = 40;
    private static final int MAX_VALUE_BYTES = 2_000;
    private static final int MAX_PIPELINE = 20;

    private static final int SEGMENT_BYTES = 64 << 10;

    /** So small that segments are removed and used again, and snapshots replaced. */
    private static final ChronicleStorageConfig SMALL_FILES = ChronicleStorageConfig.builder()
            .segmentBytes(SEGMENT_BYTES)
            .allowedFileSystems(Set.of("tmpfs"))
            .build();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    // The client's.
    private final Random choice = new Random(SEED);
    private final List<Effect> effects = new ArrayList<>();

    private volatile int sent;
    private volatile int answered;

    // The disk's, on which one flush at a time is observed.
    private final Random chance = new Random(SEED);
    private final List<Image> images = new CopyOnWriteArrayList<>();

    /** What is flushed. */
    private enum What {
        LOG(20),
        SNAPSHOT(2),
        OTHER(1);

        /** How many flushes there are for one whose images are tried. */
        private final int oneIn;

        What(int oneIn) {
            this.oneIn = oneIn;
        }

        static What of(Path flushing) {
            return flushing.toString().contains("/log")
                    ? LOG
                    : flushing.toString().contains("/snap") ? SNAPSHOT : OTHER;
        }
    }

    /** What a command does to the keys. */
    private interface Effect {
        void on(Map<String, String> keys);
    }

    /** A directory, and how many commands had been answered before the moment that it shows, and sent after it. */
    private record Image(Path directory, What flushing, int answered, int sent) {}

    @Test
    void whatWasAnsweredIsThereWheneverPowerIsLost() throws Exception {
        InProcess places = new InProcess(directory, 1);
        try (PowerCutDisk disk = new PowerCutDisk(directory.resolve("live"), name -> false)) {
            disk.observe(this::takeImages);
            ServerSettings settings = settings(places, disk.root());
            KvStateMachine machine = new KvStateMachine();
            try (KvServer server = KvServer.start(
                            settings,
                            StorageOnPowerCutDisk.open(disk, settings.cluster(), settings.node(), settings.storage()),
                            machine,
                            machine::status);
                    Jedis client = ProcessCluster.client(places.clients(0))) {
                awaitLeader(server, places);
                while (taken(What.LOG) < IMAGES_OF_EACH || taken(What.SNAPSHOT) < IMAGES_OF_EACH) {
                    commands(client);
                    assertThat(server.failure()).isNotDone();
                }
            }
        }
        assertThat(taken(What.OTHER)).isPositive();
        for (Image image : images) {
            try {
                recover(places, image);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + SEED + ": " + image, e);
            }
        }
    }

    private static ServerSettings settings(InProcess places, Path data) {
        ServerSettings usual = places.settings(0);
        return new ServerSettings(
                usual.node(),
                usual.founders(),
                usual.cluster(),
                usual.listen(),
                usual.advertise(),
                usual.http(),
                usual.httpAdmin(),
                usual.raftListen(),
                data,
                SMALL_FILES,
                RaftConfig.builder()
                        .applicationVersion(OperationCodec.VERSION)
                        .electionTimeout(Duration.ofMillis(200))
                        .heartbeatInterval(Duration.ofMillis(20))
                        .maxCommandBytes(SEGMENT_BYTES / 8)
                        .proposalTimeout(ProcessCluster.PATIENCE)
                        .snapshotLogBytes(100 << 10)
                        .retainedLogEntries(0)
                        .build(),
                new HoldPolicy(ProcessCluster.PATIENCE), // a flush waits while its images are written
                usual.limits(),
                usual.transport(),
                usual.clients());
    }

    /** Asks for some commands at once, and waits for all answers. */
    private void commands(Jedis client) {
        Pipeline pipeline = client.pipelined();
        for (int i = choice.nextInt(MAX_PIPELINE); i >= 0; i--) {
            String key = "key" + choice.nextInt(KEYS);
            String value = sent + "-" + "v".repeat(choice.nextInt(MAX_VALUE_BYTES));
            switch (choice.nextInt(5)) {
                case 0 -> {
                    willSend(keys -> keys.remove(key));
                    pipeline.del(key);
                }
                case 1 -> {
                    willSend(keys -> keys.merge("counter", "1", (before, one) -> (Long.parseLong(before) + 1) + ""));
                    pipeline.incr("counter");
                }
                case 2 -> {
                    willSend(keys -> {
                        keys.put(key, value);
                        keys.put("last", value);
                    });
                    pipeline.sendCommand(Command.MULTI, new String[0]);
                    pipeline.set(key, value);
                    pipeline.set("last", value);
                    pipeline.sendCommand(Command.EXEC, new String[0]);
                }
                default -> {
                    willSend(keys -> keys.put(key, value));
                    pipeline.set(key, value);
                }
            }
        }
        assertThat(pipeline.syncAndReturnAll()).noneMatch(Exception.class::isInstance);
        answered = effects.size();
    }

    private void willSend(Effect effect) {
        effects.add(effect);
        sent = effects.size();
    }

    private long taken(What what) {
        return images.stream().filter(image -> image.flushing() == what).count();
    }

    private void takeImages(PowerCutDisk disk, Path flushing) throws IOException {
        What what = What.of(disk.root().relativize(flushing));
        if (taken(what) >= IMAGES_OF_EACH || chance.nextInt(what.oneIn) != 0) {
            return;
        }
        int answeredBefore = answered;
        DiskMoment moment = disk.moment();
        int sentUntilThen = sent;
        BitSet some = new BitSet();
        for (int i = 0; i < moment.changes(); i++) {
            some.set(i, chance.nextBoolean());
        }
        for (Tear tear : Tear.values()) {
            Path image = directory.resolve("image-" + images.size());
            moment.write(image, some, tear, chance);
            images.add(new Image(image, what, answeredBefore, sentUntilThen));
        }
    }

    private void recover(InProcess places, Image image) throws Exception {
        try (KvServer server = KvServer.start(settings(places, image.directory()));
                Jedis client = ProcessCluster.client(places.clients(0))) {
            awaitLeader(server, places);
            Map<String, String> found = new TreeMap<>();
            for (String key : client.keys("*")) {
                found.put(key, client.get(key));
            }
            assertThat(found).isIn(statesWith(image.answered(), image.sent()));
            assertThat(client.set("after", "it")).isEqualTo("OK");
            assertThat(server.failure()).isNotDone();
        }
    }

    private static void awaitLeader(KvServer server, InProcess places) {
        await().atMost(ProcessCluster.PATIENCE)
                .failFast(() -> {
                    if (server.failure().isDone()) {
                        throw new AssertionError(
                                "the server has stopped itself",
                                server.failure().join());
                    }
                })
                .until(() -> NodeReport.ask("n1", places.clients(0), RespAccess.PLAIN, InProcess.HOLD)
                        .isLeader());
    }

    /** What the keys are after the first so many commands. */
    private List<Map<String, String>> statesWith(int least, int most) {
        List<Map<String, String>> states = new ArrayList<>();
        Map<String, String> keys = new TreeMap<>();
        for (int i = 0; i <= most; i++) {
            if (i > 0) {
                effects.get(i - 1).on(keys);
            }
            if (i >= least) {
                states.add(new TreeMap<>(keys));
            }
        }
        return states;
    }
}
