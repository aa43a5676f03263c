package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What a snapshot's data stands for, beside the data.
 *
 * <pre>
 * magic u32 | version u16 | 0 u16 | cluster 2 x u64 | group u64 | index u64 | term u64 | timestampMillis u64
 * | dataBytes u64 | data crc32c u32 | length u32 | membership | crc32c u32
 * </pre>
 */
final class SnapshotManifest {

    private static final int MAGIC = 0x4e534350; // "PCSN"
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 72;
    private static final int MAX_BYTES = 1 << 24;

    private SnapshotManifest() {}

    static byte[] encode(StorageIdentity identity, SnapshotMeta meta) {
        ByteBuffer membership = MembershipCodec.encode(meta.membership());
        int length = membership.remaining();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) VERSION).putShort((short) 0);
        out.putLong(identity.cluster().high()).putLong(identity.cluster().low());
        out.putLong(identity.group().value());
        out.putLong(meta.lastIncludedIndex()).putLong(meta.lastIncludedTerm()).putLong(meta.lastTimestampMillis());
        out.putLong(meta.sizeBytes()).putInt(meta.checksum()).putInt(length).put(membership);
        out.putInt(crc(out, FIXED_BYTES + length));
        return out.array();
    }

    /** A manifest, whoever it belongs to. */
    record Content(ClusterId cluster, GroupId group, SnapshotMeta meta) {}

    /**
     * Reads and checks a manifest.
     *
     * @throws IOException when it is missing; NotWholeException when it is damaged or another group's
     */
    static SnapshotMeta read(Path file, StorageIdentity identity) throws IOException {
        long size = Files.size(file);
        if (size < FIXED_BYTES + Integer.BYTES || size > MAX_BYTES) {
            throw new NotWholeException(file + " has " + size + " bytes and is no manifest");
        }
        Content content = decode(file, Files.readAllBytes(file));
        if (!content.cluster().equals(identity.cluster()) || !content.group().equals(identity.group())) {
            throw new NotWholeException(file + " belongs to another cluster or group");
        }
        return content.meta();
    }

    /**
     * Checks a manifest and says what it holds.
     *
     * @param file where it was read
     * @throws NotWholeException when it is damaged
     */
    static Content decode(Path file, byte[] bytes) throws NotWholeException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int checked = in.capacity() - Integer.BYTES;
        if (checked < FIXED_BYTES || in.getInt(checked) != crc(in, checked) || in.getInt() != MAGIC) {
            throw new NotWholeException(file + " is damaged: the checksum does not fit the " + bytes.length
                    + " bytes that say what the snapshot is");
        }
        int version = in.getShort();
        if (version != VERSION) {
            throw Damage.unknownFormat(file, version, VERSION);
        }
        in.getShort();
        try {
            ClusterId cluster = new ClusterId(in.getLong(), in.getLong());
            GroupId group = new GroupId(in.getLong());
            long index = in.getLong();
            long term = in.getLong();
            long timestampMillis = in.getLong();
            long dataBytes = in.getLong();
            int dataCrc = in.getInt();
            int length = in.getInt();
            Membership membership = MembershipCodec.decode(in.slice(FIXED_BYTES, length));
            return new Content(
                    cluster,
                    group,
                    new SnapshotMeta(new EntryId(term, index), membership, timestampMillis, dataBytes, dataCrc));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new NotWholeException(file + " has a valid checksum but senseless content", e);
        }
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
