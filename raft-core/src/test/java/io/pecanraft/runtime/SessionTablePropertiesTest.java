package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SessionLimits;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A05: sessions are a function of the log, wherever batches are cut and snapshots are taken. */
class SessionTablePropertiesTest {

    @Property(tries = 1_000)
    void batchCutsAndSnapshotsDoNotShowAndTheTableDoesWhatTheModelDoes(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SessionBench one = new SessionBench();
        write(one, random);
        SessionModel model = new SessionModel();
        one.log.forEach(model::take);
        while (one.hasMore()) {
            one.apply(1, 0);
        }
        assertThat(one.applied).isEqualTo(model.applied);
        assertThat(one.answers).isEqualTo(model.answers);

        for (int run = 0; run < 3; run++) {
            SessionBench other = new SessionBench();
            other.log.addAll(one.log);
            int most = 1 + random.nextInt(40);
            while (other.hasMore()) {
                other.apply(Math.min(other.left(), 1 + random.nextInt(most)), 0);
                if (random.nextInt(4) == 0) {
                    other.throughASnapshot();
                }
            }
            assertThat(other.applied).isEqualTo(one.applied);
            assertThat(other.answers).isEqualTo(one.answers);
            assertThat(other.image()).isEqualTo(one.image());
            assertThat(other.table.nextExpiryMillis()).isEqualTo(one.table.nextExpiryMillis());
        }
    }

    /** K18: which replies a server has lost differs from server to server; what it applies must not. */
    @Property(tries = 300)
    void lostRepliesDoNotChangeWhatIsApplied(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SessionBench whole = new SessionBench();
        write(whole, random);
        whole.apply();
        SessionBench restarted = new SessionBench();
        restarted.log.addAll(whole.log);
        long stateMachineIndex = random.nextInt(whole.log.size());
        restarted.apply((int) stateMachineIndex, stateMachineIndex);
        restarted.apply();

        List<String> expected = whole.applied.stream()
                .filter(each -> Long.parseLong(each.substring(0, each.indexOf(':'))) > stateMachineIndex)
                .toList();
        assertThat(restarted.applied).isEqualTo(expected);
    }

    @Property(tries = 200)
    void noCutImageIsReadAndNoDamageAllocatesMuch(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        SessionBench bench = new SessionBench();
        write(bench, random);
        bench.apply();
        byte[] image = SessionBench.image(bench.table);
        for (int length = 1; length < image.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(image, length);
            assertThat(readable(cut))
                    .as("cut to %d of %d bytes", length, image.length)
                    .isFalse();
        }
        for (int i = 0; i < 200 && image.length > 0; i++) {
            byte[] flipped = image.clone();
            flipped[random.nextInt(image.length)] ^= (byte) (1 << random.nextInt(8));
            readable(flipped); // the snapshot's checksum tells; here it must not do harm
        }
    }

    private static boolean readable(byte[] bytes) {
        try {
            SessionsImage.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), bytes.length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void write(SessionBench bench, SplittableRandom random) {
        List<Long> sessions = new ArrayList<>();
        sessions.add(bench.open(limits(random)));
        long[] next = new long[500];
        List<LogEntry> sent = new ArrayList<>();
        int length = 20 + random.nextInt(120);
        for (int i = 0; i < length; i++) {
            bench.advanceMillis(random.nextInt(3) == 0 ? random.nextInt(400) : 0);
            long session = sessions.get(random.nextInt(sessions.size()));
            switch (random.nextInt(10)) {
                case 0 -> sessions.add(bench.open(limits(random)));
                case 1 -> bench.append(EntryType.CLOCK, ByteBuffer.allocate(0));
                case 2 -> bench.append(EntryType.COMMAND, ByteBuffer.wrap(text(random)));
                case 3 -> bench.keepAlive(session, Math.max(1, next[(int) session] - random.nextInt(3)));
                case 4 -> {
                    if (random.nextInt(4) == 0) {
                        bench.close(session);
                    }
                }
                case 5, 6 -> {
                    if (!sent.isEmpty()) {
                        LogEntry copy = sent.get(random.nextInt(sent.size()));
                        bench.append(EntryType.SESSION, copy.payload());
                    }
                }
                default -> {
                    long sequence = Math.max(1, ++next[(int) session] - random.nextInt(3) + random.nextInt(2));
                    long first = Math.max(1, sequence - random.nextInt(5));
                    bench.send(session, sequence, first, new String(text(random), StandardCharsets.UTF_8));
                    sent.add(bench.log.get(bench.log.size() - 1));
                }
            }
        }
    }

    private static SessionLimits limits(SplittableRandom random) {
        return new SessionLimits(
                100 + random.nextInt(2_000),
                1 + random.nextInt(5),
                random.nextInt(400),
                1 + random.nextInt(5),
                random.nextInt(900));
    }

    private static byte[] text(SplittableRandom random) {
        return "x".repeat(1 + random.nextInt(90)).getBytes(StandardCharsets.UTF_8);
    }
}
