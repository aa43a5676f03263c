package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The data directory of one of three members, small, with records of all kinds in two segments and a snapshot; and any of its files
 * with other content, whose checksums are right.
 */
final class FuzzedDirectory implements Closeable {

    private static final Membership FOUNDERS = Membership.ofVoters(
            0,
            Stream.of("n1", "n2", "n3")
                    .map(name -> new Member(
                            new MemberId(NodeId.of(name), new Incarnation(1, name.charAt(1))),
                            "localhost:" + name.charAt(1)))
                    .toList());
    /** Kept, since segments and storages bear random numbers: otherwise nothing in the corpus would mean what it did when it was found. */
    private static final ZippedDirectory DIRECTORY = new ZippedDirectory("fuzz/directory.zip");

    private static final int METADATA = 1 << 30;
    private static final int LENGTH_MASK = METADATA - 1;
    private static final int CHAIN_OFFSET = 44;
    private static final int PREDECESSOR_CRC_OFFSET = LogRecord.HEADER_BYTES + 48;

    private final Path temporary = InMemory.directory("fuzzed");
    private final Path sound = temporary.resolve("sound");
    private final List<Path> files;
    private int copies;

    FuzzedDirectory() throws IOException {
        if (Boolean.getBoolean("fuzz.rewrite")) {
            Path written = temporary.resolve("written");
            write(written);
            DIRECTORY.pack(written);
        }
        DIRECTORY.unpackTo(sound);
        try (Stream<Path> all = Files.walk(sound)) {
            files = all.filter(Files::isRegularFile)
                    .map(sound::relativize)
                    .filter(file -> !file.endsWith("LOCK") && !file.toString().contains("metadata"))
                    .filter(file -> !file.toString().contains(DirectoryLayout.INCOMPLETE))
                    .sorted()
                    .toList();
        }
    }

    private static void write(Path directory) throws IOException {
        try (TestLog log = TestLog.open(directory, CrashImages.NO_FLUSH)) {
            FormationRecord formed = new FormationRecord(FOUNDERS, true);
            log.await(log.submit(new HardState(1, null), formed, null, 0, TestLog.entries(1, 4, 1)));
            log.snapshot(new EntryId(1, 3), "state at 3", FOUNDERS);
            log.truncate(4, TestLog.entries(4, 5, 1));
        }
        try (TestLog log = TestLog.open(directory, CrashImages.NO_FLUSH)) {
            MemberId self = new MemberId(TestLog.NODE, new Incarnation(1, '1'));
            log.await(log.submit(new HardState(2, self), null, null, 0, TestLog.entries(6, 8, 2)));
            log.snapshot(new EntryId(2, 9), "state at 9", FOUNDERS);
            log.reset(new EntryId(2, 9), TestLog.entries(10, 12, 2));
        }
    }

    /** All that anybody reads, by their paths in the directory, sorted. */
    List<Path> files() {
        return files;
    }

    StorageIdentity identity() throws IOException {
        return IdentityFile.read(DirectoryLayout.identity(sound.resolve("data")));
    }

    Path newestSegment() {
        return files.stream()
                .filter(SoundDirectory::isLog)
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    /** The content of a file without the zeros that fill it up. */
    byte[] essence(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(sound.resolve(file));
        int length = bytes.length;
        while (isFilledUp(file) && length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** A copy in which a file has other content. */
    Path copyWith(Path file, byte[] essence) throws IOException {
        Path copy = temporary.resolve("copy-" + ++copies);
        try (Stream<Path> all = Files.walk(sound)) {
            for (Path path : all.toList()) {
                Files.copy(path, copy.resolve(sound.relativize(path).toString()));
            }
        }
        Files.write(copy.resolve(file), sealed(file, essence));
        return copy;
    }

    private static boolean isFilledUp(Path file) {
        return SoundDirectory.isLog(file) || SoundDirectory.isSlots(file);
    }

    private byte[] sealed(Path file, byte[] essence) throws IOException {
        if (SoundDirectory.isLog(file)) {
            int length = Math.max(essence.length, (int) Files.size(sound.resolve(file)));
            return sealedSegment(Arrays.copyOf(essence, length));
        }
        if (SoundDirectory.isSlots(file)) {
            return DiskCodecFuzz.sealedSlot(essence);
        }
        return file.endsWith("data") ? essence : DiskCodecFuzz.sealedAtTheEnd(essence);
    }

    /** Each record with a right checksum, and the right one of the record before. */
    private static byte[] sealedSegment(byte[] segment) {
        ByteBuffer in = DiskCodecFuzz.littleEndian(segment);
        int chain = 0;
        boolean first = true;
        int at = 0;
        while (at + DocumentCursor.WORD_BYTES <= segment.length) {
            int word = in.getInt(at);
            int length = word & LENGTH_MASK;
            int from = at + DocumentCursor.WORD_BYTES;
            if (word < 0 || length == 0 || length > segment.length - from) {
                return segment;
            }
            if ((word & METADATA) == 0) {
                byte[] record = Arrays.copyOfRange(segment, from, from + length);
                if (length >= PREDECESSOR_CRC_OFFSET + Integer.BYTES && first) {
                    chain = DiskCodecFuzz.littleEndian(record).getInt(PREDECESSOR_CRC_OFFSET);
                }
                first = false;
                if (length >= LogRecord.HEADER_BYTES) {
                    DiskCodecFuzz.littleEndian(record).putInt(CHAIN_OFFSET, chain);
                    DiskCodecFuzz.sealedRecord(record);
                    chain = DiskCodecFuzz.littleEndian(record).getInt(48);
                }
                in.put(from, record);
            }
            at = (int) DocumentCursor.aligned(from + length);
        }
        return segment;
    }

    /** Removes everything. */
    @Override
    public void close() throws IOException {
        FileTree.delete(temporary);
    }
}
