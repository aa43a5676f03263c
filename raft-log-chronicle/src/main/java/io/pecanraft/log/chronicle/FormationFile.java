package io.pecanraft.log.chronicle;

import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The formation record. Changes at most twice in a lifetime, so it is replaced as a whole. The file exists from the start, so
 * that a missing one is damage and never mistaken for a cluster that has yet to form.
 *
 * <pre>
 * magic u32 | version u16 | state u16 (0 no record, 1 not yet formed, 2 formed) | storage incarnation 2 x u64 | length u32 | membership | crc32c u32
 * </pre>
 */
final class FormationFile {

    private static final int MAGIC = 0x4d464350; // "PCFM"
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 28;
    private static final int MAX_BYTES = 1 << 24;

    /** How far the formation has come, ascending. */
    static final byte NO_RECORD = 0;

    private static final byte UNCONFIRMED = 1;
    private static final byte FORMED = 2;

    private final Path path;
    private final Incarnation storage;
    private final Barrier barrier;

    FormationFile(Path path, Incarnation storage, Barrier barrier) {
        this.path = path;
        this.storage = storage;
        this.barrier = barrier;
    }

    Optional<FormationRecord> read() throws IOException {
        if (!Files.isRegularFile(path)) {
            throw Damage.corrupt(path, "it is missing");
        }
        if (Files.size(path) < FIXED_BYTES + Integer.BYTES || Files.size(path) > MAX_BYTES) {
            throw Damage.corrupt(path, "it has " + Files.size(path) + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int checked = in.capacity() - Integer.BYTES;
        if (in.getInt(checked) != crc(in, checked) || in.getInt() != MAGIC) {
            throw Damage.corrupt(path, "its checksum does not fit its " + in.capacity() + " bytes");
        }
        int version = in.getShort();
        if (version != VERSION) {
            throw Damage.unknownFormat(path, version, VERSION);
        }
        short state = in.getShort();
        if (in.getLong() != storage.high() || in.getLong() != storage.low() || in.getInt() != checked - FIXED_BYTES) {
            throw Damage.corrupt(path, "it belongs to another storage than " + storage);
        }
        if (state == NO_RECORD) {
            return Optional.empty();
        }
        if (state != UNCONFIRMED && state != FORMED) {
            throw Damage.corrupt(path, "its checksum is right but its state is " + state);
        }
        try {
            Membership membership = MembershipCodec.decode(in.slice(FIXED_BYTES, checked - FIXED_BYTES));
            return Optional.of(new FormationRecord(membership, state == FORMED));
        } catch (IllegalArgumentException e) {
            throw Damage.corrupt(path, "its checksum is right but its content is not (" + e.getMessage() + ")");
        }
    }

    /** Makes the file of a storage that knows of no formation yet. */
    void create() throws IOException {
        FileTree.writeFile(path, encode(NO_RECORD, ByteBuffer.allocate(0)), barrier);
    }

    /** How far it has come with this record. */
    static byte stateOf(Optional<FormationRecord> formation) {
        return formation.map(record -> record.formed() ? FORMED : UNCONFIRMED).orElse(NO_RECORD);
    }

    /** Flushes the record; it may be promised when this returns. */
    void store(FormationRecord formation) throws IOException {
        FileTree.replaceFile(
                path, encode(stateOf(Optional.of(formation)), MembershipCodec.encode(formation.membership())), barrier);
    }

    private byte[] encode(short state, ByteBuffer membership) {
        int length = membership.remaining();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) VERSION).putShort(state);
        out.putLong(storage.high()).putLong(storage.low()).putInt(length).put(membership);
        out.putInt(crc(out, FIXED_BYTES + length));
        return out.array();
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
