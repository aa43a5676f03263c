package io.pecanraft.runtime;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import io.pecanraft.statemachine.Command;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A session table and a state machine that replies "number of the command:its text", fed with a log that the test writes. */
final class SessionBench {

    static final SessionLimits LIMITS = new SessionLimits(1_000, 4, 1_000, 3, 5_000);

    final List<LogEntry> log = new ArrayList<>();
    SessionTable table = new SessionTable();

    /** What the state machine has seen. */
    final List<String> applied = new ArrayList<>();

    /** What proposers were told, by index. */
    final Map<Long, String> answers = new TreeMap<>();

    private int count;
    private long nowMillis = 10_000;

    // ---- writing the log

    void advanceMillis(long millis) {
        nowMillis += millis;
    }

    long open(SessionLimits limits) {
        return append(EntryType.SESSION, new SessionEntry.Open(limits).encode());
    }

    long send(long session, long sequence, long firstOutstanding, String text) {
        ByteBuffer payload = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return append(
                EntryType.SESSION, new SessionEntry.Command(session, sequence, firstOutstanding, payload).encode());
    }

    long keepAlive(long session, long firstOutstanding) {
        return append(EntryType.SESSION, new SessionEntry.KeepAlive(session, firstOutstanding).encode());
    }

    long close(long session) {
        return append(EntryType.SESSION, new SessionEntry.Close(session).encode());
    }

    long append(EntryType type, ByteBuffer payload) {
        long index = log.size() + 1L;
        log.add(new LogEntry(index, 1, nowMillis, type, payload));
        return index;
    }

    // ---- applying it

    private int next;

    /** Applies what was written, in one batch. */
    SessionBench apply() {
        apply(log.size() - next, 0);
        return this;
    }

    /** Applies some entries; the state machine has those through an index already. */
    void apply(int entries, long skipThroughIndex) {
        List<LogEntry> taken = List.copyOf(log.subList(next, next + entries));
        next += entries;
        if (taken.isEmpty()) {
            return;
        }
        Proposal[] proposals = new Proposal[taken.size()];
        List<CompletableFuture<ByteBuffer>> futures = new ArrayList<>();
        for (int i = 0; i < proposals.length; i++) {
            LogEntry entry = taken.get(i);
            ClientProposal<ByteBuffer> proposal =
                    new ClientProposal<>(entry.type(), entry.payload(), 0, Duration.ofDays(1), (index, reply) -> reply);
            proposals[i] = proposal;
            futures.add(proposal.future());
        }
        CommittedBatch batch = new CommittedBatch(taken, proposals);
        table.before(batch);
        batch.skipThrough(skipThroughIndex);
        if (batch.size() > 0) {
            for (Command command : batch) {
                String text = StandardCharsets.UTF_8.decode(command.payload()).toString();
                applied.add(command.index() + ":" + text);
                command.reply(ByteBuffer.wrap((++count + ":" + text).getBytes(StandardCharsets.UTF_8)));
            }
        }
        batch.close();
        table.after(batch);
        batch.complete();
        for (int i = 0; i < proposals.length; i++) {
            if (taken.get(i).type() == EntryType.SESSION) {
                answers.put(taken.get(i).index(), show(futures.get(i).join()));
            }
        }
    }

    boolean hasMore() {
        return next < log.size();
    }

    int left() {
        return log.size() - next;
    }

    /** Goes on with a table that was written and read back. */
    void throughASnapshot() {
        byte[] bytes = image(table);
        table = new SessionTable();
        try {
            table.restore(SessionsImage.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), bytes.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String answer(long index) {
        return answers.get(index);
    }

    String image() {
        return HexFormat.of().formatHex(image(table));
    }

    static byte[] image(SessionTable table) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SessionsImage image = table.freeze();
        try {
            image.writeTo(new DataOutputStream(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (out.size() != image.bytes()) {
            throw new AssertionError("wrote " + out.size() + " bytes of " + image.bytes());
        }
        return out.toByteArray();
    }

    static String show(ByteBuffer bytes) {
        SessionReply reply = SessionReply.decode(bytes);
        String text = reply.payload().remaining() == Long.BYTES + Integer.BYTES
                        && reply.payload().get(0) == 0
                ? "granted"
                : StandardCharsets.UTF_8.decode(reply.payload()).toString();
        return reply.status() + " " + reply.number() + " " + text;
    }
}
