package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Whose data a directory holds. Written once, before the directory gets its name.
 *
 * <pre>
 * magic u32 | version u16 | nodeLength u16 | cluster 2 x u64 | group u64 | incarnation 2 x u64 | node | crc32c u32
 * </pre>
 */
final class IdentityFile {

    private static final int MAGIC = 0x44494350; // "PCID"
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 48;
    private static final int MAX_BYTES = FIXED_BYTES + NodeId.MAX_BYTES + Integer.BYTES;

    private IdentityFile() {}

    /** The file's content. */
    static byte[] encode(StorageIdentity identity) {
        byte[] node = identity.node().value().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + node.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) VERSION).putShort((short) node.length);
        out.putLong(identity.cluster().high()).putLong(identity.cluster().low());
        out.putLong(identity.group().value());
        out.putLong(identity.incarnation().high())
                .putLong(identity.incarnation().low());
        out.put(node);
        out.putInt(crc(out.array(), out.position()));
        return out.array();
    }

    /** Reads and checks the file. */
    static StorageIdentity read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            throw Damage.corrupt(file, "it is missing or not an identity file");
        }
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < FIXED_BYTES + Integer.BYTES
                || in.getInt(bytes.length - Integer.BYTES) != crc(bytes, bytes.length - Integer.BYTES)
                || in.getInt() != MAGIC) {
            throw Damage.corrupt(file, "its checksum does not fit its " + bytes.length + " bytes");
        }
        int version = in.getShort();
        if (version != VERSION) {
            throw Damage.unknownFormat(file, version, VERSION);
        }
        int nodeLength = in.getShort();
        ClusterId cluster = new ClusterId(in.getLong(), in.getLong());
        GroupId group = new GroupId(in.getLong());
        Incarnation incarnation = new Incarnation(in.getLong(), in.getLong());
        if (nodeLength != in.remaining() - Integer.BYTES) {
            throw Damage.corrupt(
                    file, "its length " + bytes.length + " does not fit a name of " + nodeLength + " bytes");
        }
        try {
            NodeId node = new NodeId(new String(bytes, FIXED_BYTES, nodeLength, StandardCharsets.UTF_8));
            return new StorageIdentity(cluster, group, node, incarnation);
        } catch (IllegalArgumentException e) {
            throw Damage.corrupt(file, "its checksum is right but its content is not (" + e.getMessage() + ")");
        }
    }

    /** Refuses data that belongs to somebody else. */
    static void requireSame(Path directory, StorageIdentity found, ClusterId cluster, GroupId group, NodeId node) {
        if (!found.cluster().equals(cluster)) {
            throw foreign(directory, "cluster " + found.cluster(), "cluster " + cluster);
        }
        if (!found.group().equals(group)) {
            throw foreign(directory, "group " + found.group(), "group " + group);
        }
        if (!found.node().equals(node)) {
            throw foreign(directory, "node " + found.node(), "node " + node);
        }
    }

    private static StorageException foreign(Path directory, String found, String wanted) {
        return new StorageException(
                Reason.FOREIGN,
                directory + " holds the data of " + found + ", not of " + wanted
                        + "; give the node its own directory, or correct its configuration. Nothing was changed");
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
