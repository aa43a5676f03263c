package io.pecanraft.examples.lock;

import io.pecanraft.examples.lock.LockReply.Verdict;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Locks with leases.
 *
 * <p>The token of an acquisition is its index in the log, so later ones have greater tokens, whichever server leads. A lease ends
 * when the log says that it is so late: each command brings its time with it, the same on every server, and no server looks at a
 * clock of its own. Nothing happens at the end of a lease; the next command that asks for the lock finds it free.
 */
public final class Locks implements StateMachine {

    /** More are refused; those whose lease is over do not count. */
    static final int MAX_LOCKS = 10_000;

    private record Hold(long token, String owner, long untilMillis) {}

    private final Map<String, Hold> holds = new TreeMap<>();
    private long nowMillis;

    // tag::quickstart
    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            nowMillis = command.timestampMillis();
            LockReply reply = LockCommand.decode(command.payload())
                    .map(asked -> carryOut(asked, command.index()))
                    .orElse(LockReply.of(Verdict.MALFORMED));
            command.reply(reply.encode());
        }
    }

    private LockReply carryOut(LockCommand asked, long index) {
        LockReply now = standing(asked.name());
        if (asked.kind() == LockCommand.Kind.ACQUIRE) {
            return now.verdict() == Verdict.HELD ? now : grant(asked, index, asked.owner());
        }
        if (now.verdict() != Verdict.HELD || now.token() != asked.token()) {
            return LockReply.of(Verdict.LOST);
        }
        if (asked.kind() == LockCommand.Kind.RENEW) {
            return grant(asked, now.token(), now.owner());
        }
        holds.remove(asked.name());
        return LockReply.of(Verdict.FREE);
    }

    private LockReply standing(String name) {
        Hold hold = holds.get(name);
        return hold == null || hold.untilMillis() <= nowMillis
                ? LockReply.of(Verdict.FREE)
                : new LockReply(Verdict.HELD, hold.token(), hold.owner(), hold.untilMillis() - nowMillis);
    }
    // end::quickstart

    private LockReply grant(LockCommand asked, long token, String owner) {
        if (holds.size() >= MAX_LOCKS && !holds.containsKey(asked.name())) {
            holds.values().removeIf(hold -> hold.untilMillis() <= nowMillis);
            if (holds.size() >= MAX_LOCKS) {
                return LockReply.of(Verdict.FULL);
            }
        }
        holds.put(asked.name(), new Hold(token, owner, nowMillis + asked.leaseMillis()));
        return new LockReply(Verdict.GRANTED, token, owner, asked.leaseMillis());
    }

    /** The query is the name of a lock. The answer is as of the last command: a lease that has ended since is shown as held. */
    @Override
    public ByteBuffer query(ByteBuffer query) {
        return standing(StandardCharsets.UTF_8.decode(query).toString()).encode();
    }

    @Override
    public SnapshotView captureSnapshot() {
        long frozenMillis = nowMillis;
        Map<String, Hold> frozen = new TreeMap<>(holds);
        return stream -> {
            DataOutputStream out = new DataOutputStream(stream);
            out.writeLong(frozenMillis);
            out.writeInt(frozen.size());
            for (Map.Entry<String, Hold> each : frozen.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeLong(each.getValue().token());
                out.writeUTF(each.getValue().owner());
                out.writeLong(each.getValue().untilMillis());
            }
            out.flush();
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        DataInputStream in = new DataInputStream(source.stream());
        holds.clear();
        nowMillis = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            holds.put(in.readUTF(), new Hold(in.readLong(), in.readUTF(), in.readLong()));
        }
    }
}
