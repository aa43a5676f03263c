package io.pecanraft.runtime;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The session table of one moment, as it stands in a snapshot. Sessions are in the order of their ids and commands in that of
 * their sequences, so that servers with the same table write the same bytes.
 *
 * <p>Big-endian: {@code version u16 = 1 | totalReplyBytes i64 | sessions i32 | sessions}; a session is {@code id, timeoutMillis,
 * lastActiveMillis, firstOutstanding, maxReplyBytes i64 | maxOutstanding, commands i32 | commands}; a command is {@code sequence,
 * index i64 | replyBytes i32, -1 when it is not kept | reply}. Empty when there is nothing to say.
 */
final class SessionsImage {

    static final SessionsImage EMPTY = new SessionsImage(List.of(), 0);

    private static final int VERSION = 1;
    private static final int HEADER_BYTES = Short.BYTES + Long.BYTES + Integer.BYTES;
    private static final int SESSION_BYTES = 5 * Long.BYTES + 2 * Integer.BYTES;
    private static final int COMMAND_BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final int LOST = -1;

    /** A reply that is kept. */
    record Kept(long session, long index, ByteBuffer reply) {}

    private record Command(
            long sequence, long index, @Nullable ByteBuffer reply) {}

    private record Frozen(
            long id,
            long timeoutMillis,
            long lastActiveMillis,
            long firstOutstanding,
            long maxReplyBytes,
            int maxOutstanding,
            List<Command> commands) {}

    private final List<Frozen> sessions;
    private final long totalReplyBytes;

    private SessionsImage(List<Frozen> sessions, long totalReplyBytes) {
        this.sessions = sessions;
        this.totalReplyBytes = totalReplyBytes;
    }

    /** Copies the table but for the replies, which never change. */
    static SessionsImage of(Collection<Session> table, ReplyCache replies) {
        List<Frozen> frozen = new ArrayList<>(table.size());
        for (Session session : table) {
            List<Command> commands = new ArrayList<>(session.applied().size());
            for (Map.Entry<Long, Long> applied : session.applied().entrySet()) {
                commands.add(new Command(applied.getKey(), applied.getValue(), replies.get(applied.getValue())));
            }
            frozen.add(new Frozen(
                    session.id,
                    session.timeoutMillis,
                    session.lastActiveMillis,
                    session.firstOutstanding(),
                    session.maxReplyBytes,
                    session.maxOutstanding,
                    commands));
        }
        return new SessionsImage(frozen, replies.limit());
    }

    long totalReplyBytes() {
        return totalReplyBytes;
    }

    /** New sessions with what the image holds. */
    List<Session> sessions() {
        List<Session> copies = new ArrayList<>(sessions.size());
        for (Frozen frozen : sessions) {
            Session session = new Session(
                    frozen.id(),
                    frozen.timeoutMillis(),
                    frozen.maxOutstanding(),
                    frozen.maxReplyBytes(),
                    frozen.lastActiveMillis());
            session.advanceTo(frozen.firstOutstanding(), new ArrayList<>(0));
            frozen.commands().forEach(command -> session.apply(command.sequence(), command.index()));
            copies.add(session);
        }
        return copies;
    }

    /** The replies that are kept, in log order. */
    List<Kept> replies() {
        List<Kept> kept = new ArrayList<>();
        for (Frozen session : sessions) {
            for (Command command : session.commands()) {
                ByteBuffer reply = command.reply();
                if (reply != null) {
                    kept.add(new Kept(session.id(), command.index(), reply));
                }
            }
        }
        kept.sort(Comparator.comparingLong(Kept::index));
        return kept;
    }

    /** How many bytes {@link #writeTo} writes. */
    long bytes() {
        if (sessions.isEmpty() && totalReplyBytes == 0) {
            return 0;
        }
        long bytes = HEADER_BYTES;
        for (Frozen session : sessions) {
            bytes += SESSION_BYTES + (long) COMMAND_BYTES * session.commands().size();
            for (Command command : session.commands()) {
                ByteBuffer reply = command.reply();
                bytes += reply == null ? 0 : reply.remaining();
            }
        }
        return bytes;
    }

    void writeTo(DataOutputStream out) throws IOException {
        if (bytes() == 0) {
            return;
        }
        out.writeShort(VERSION);
        out.writeLong(totalReplyBytes);
        out.writeInt(sessions.size());
        for (Frozen session : sessions) {
            out.writeLong(session.id());
            out.writeLong(session.timeoutMillis());
            out.writeLong(session.lastActiveMillis());
            out.writeLong(session.firstOutstanding());
            out.writeLong(session.maxReplyBytes());
            out.writeInt(session.maxOutstanding());
            out.writeInt(session.commands().size());
            for (Command command : session.commands()) {
                out.writeLong(command.sequence());
                out.writeLong(command.index());
                ByteBuffer reply = command.reply();
                out.writeInt(reply == null ? LOST : reply.remaining());
                if (reply != null) {
                    byte[] bytes = new byte[reply.remaining()];
                    reply.duplicate().get(bytes);
                    out.write(bytes);
                }
            }
        }
    }

    /**
     * Reads an image of this many bytes.
     *
     * @throws IOException when the bytes are not one of a known version
     */
    static SessionsImage readFrom(DataInputStream in, long bytes) throws IOException {
        if (bytes == 0) {
            return EMPTY;
        }
        Section section = new Section(bytes);
        section.take(HEADER_BYTES);
        int version = in.readUnsignedShort();
        if (version != VERSION) {
            throw new IOException("client sessions of format version " + version
                    + "; this version of the library reads " + VERSION + " only");
        }
        long totalReplyBytes = in.readLong();
        int count = section.count(in.readInt(), SESSION_BYTES);
        List<Frozen> sessions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            section.take(SESSION_BYTES);
            sessions.add(new Frozen(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    readCommands(in, section)));
        }
        if (section.left != 0) {
            throw new IOException(section.left + " bytes too many after the client sessions");
        }
        return new SessionsImage(sessions, totalReplyBytes);
    }

    private static List<Command> readCommands(DataInputStream in, Section section) throws IOException {
        int count = section.count(in.readInt(), COMMAND_BYTES);
        List<Command> commands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            section.take(COMMAND_BYTES);
            long sequence = in.readLong();
            long index = in.readLong();
            int length = in.readInt();
            ByteBuffer reply = null;
            if (length != LOST) {
                section.take(section.count(length, 1));
                reply = ByteBuffer.wrap(in.readNBytes(length)).asReadOnlyBuffer();
            }
            commands.add(new Command(sequence, index, reply));
        }
        return commands;
    }

    /** What is left of the section: counts in it are checked against that before anything is allocated. */
    private static final class Section {

        private long left;

        Section(long bytes) {
            left = bytes;
        }

        void take(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("the client sessions end too early");
            }
        }

        int count(int count, int bytesEach) throws IOException {
            if (count < 0 || (long) count * bytesEach > left) {
                throw new IOException("the client sessions count " + count + " items in " + left + " bytes");
            }
            return count;
        }
    }
}
