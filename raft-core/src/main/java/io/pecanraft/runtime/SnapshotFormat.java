package io.pecanraft.runtime;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The data of a snapshot: what the library itself replicates, then what the state machine wrote.
 *
 * <p>Big-endian: {@code magic i32 "PRSN" | version u16 = 1 | sessionsBytes i64 | sessions | state to the end}. Sessions are a
 * section of their own, because they are as much part of the replicated state as the state machine's; {@link SessionsImage} says
 * what is in it. Length and checksum of the whole are in the snapshot's meta.
 */
final class SnapshotFormat {

    private static final int MAGIC = 0x5052534e;
    private static final int VERSION = 1;

    private SnapshotFormat() {}

    /** Writes everything that comes before the state machine's bytes. */
    static void writeHeader(SessionsImage sessions, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(MAGIC);
        data.writeShort(VERSION);
        data.writeLong(sessions.bytes());
        sessions.writeTo(data);
        data.flush();
    }

    /**
     * Reads everything that comes before the state machine's bytes.
     *
     * @return the client sessions
     * @throws IOException when this is not a snapshot, or one that this version cannot restore whole
     */
    static SessionsImage readHeader(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            int magic = data.readInt();
            if (magic != MAGIC) {
                throw new IOException(String.format("not a snapshot: begins with %08x instead of %08x", magic, MAGIC));
            }
            int version = data.readUnsignedShort();
            if (version != VERSION) {
                throw new IOException("snapshot of format version " + version + "; this version of the library reads "
                        + VERSION + " only");
            }
            return SessionsImage.readFrom(data, data.readLong());
        } catch (EOFException e) {
            throw new IOException("snapshot ends within its header", e);
        }
    }
}
