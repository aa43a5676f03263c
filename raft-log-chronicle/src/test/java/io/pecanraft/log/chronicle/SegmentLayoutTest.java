package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.Durability;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLayoutTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final List<Long> flushedAt = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private long usableBytes = Long.MAX_VALUE;
    private Runnable whenAskedForRoom = () -> {};

    private final Barrier barrier = new Barrier() {
        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            flushedAt.add(channel.size());
        }

        @Override
        public void forceDirectory(Path flushed) {}

        @Override
        public long usableBytes(Path where) {
            whenAskedForRoom.run();
            return usableBytes;
        }
    };

    private SegmentLayout layout(int maxSpares) {
        return new SegmentLayout(directory, barrier, Durability.POWER_LOSS, maxSpares, pauses::add);
    }

    /** A segment as the log has removed it. */
    private Path removed(String name, long bytes) throws IOException {
        Path removed = Files.createDirectory(directory.resolve(DirectoryLayout.TRASH + name));
        byte[] old = new byte[Math.toIntExact(bytes)];
        Arrays.fill(old, (byte) 7);
        Files.write(removed.resolve(DirectoryLayout.SEGMENT_FILE), old);
        return removed;
    }

    private Path layOut(SegmentLayout layout, long keptBytes) throws IOException {
        return layout.layOut(MIB, keptBytes, () -> true).resolve(DirectoryLayout.PRECREATED_FILE);
    }

    @Test
    void aRemovedSegmentIsUsedAgainBehindABeginningOfZeros() throws IOException {
        SegmentLayout layout = layout(1);
        Path removed = removed("1", MIB);
        assertThat(layout.spares().keep(removed)).isTrue();

        byte[] expected = new byte[(int) MIB];
        Arrays.fill(expected, SegmentLayout.BEGINNING_BYTES, expected.length, (byte) 7);
        assertThat(layOut(layout, 0)).hasBinaryContent(expected);
        assertThat(flushedAt).containsExactly(MIB);
        assertThat(removed).doesNotExist();
        assertThat(layOut(layout, 0)).as("there was one").hasBinaryContent(new byte[(int) MIB]);
    }

    @Test
    void noMoreAreKeptThanIsSaid() throws IOException {
        SegmentLayout layout = layout(1);
        assertThat(layout.spares().keep(removed("1", MIB))).isTrue();
        assertThat(layout.spares().keep(removed("2", MIB))).isFalse();
    }

    /** Somebody has made a copy of the log that shares its files. */
    @Test
    void aFileWithASecondNameIsLeftAsItIs() throws IOException {
        SegmentLayout layout = layout(1);
        Path removed = removed("1", MIB);
        Path copy = Files.createLink(directory.resolve("copy"), removed.resolve(DirectoryLayout.SEGMENT_FILE));
        byte[] before = Files.readAllBytes(copy);
        layout.spares().keep(removed);

        assertThat(layOut(layout, 0)).hasBinaryContent(new byte[(int) MIB]);
        assertThat(copy).hasBinaryContent(before);
        assertThat(removed).doesNotExist();
    }

    /** The first segment after a start on a nearly full disk is one. */
    @Test
    void aShorterFileIsNotUsedAgain() throws IOException {
        SegmentLayout layout = layout(1);
        layout.spares().keep(removed("1", MIB / 2));

        assertThat(layOut(layout, 0)).hasBinaryContent(new byte[(int) MIB]);
    }

    @Test
    void onAFullDiskOneIsUsedAgainThoughThereIsNoRoomForAnother() throws IOException {
        SegmentLayout layout = layout(1);
        layout.spares().keep(removed("1", MIB));
        usableBytes = MIB;

        assertThat(layOut(layout, MIB / 2)).hasSize(MIB);
        assertThatThrownBy(() -> layOut(layout, MIB / 2)).isInstanceOf(StorageException.class);
    }

    /** Somebody has made room by hand. */
    @Test
    void oneThatIsGoneIsDoneWithout() throws IOException {
        SegmentLayout layout = layout(2);
        Path gone = removed("1", MIB);
        layout.spares().keep(gone);
        Path there = removed("2", MIB);
        layout.spares().keep(there);
        FileTree.delete(gone);

        assertThat(Files.readAllBytes(layOut(layout, 0))).endsWith(7);
        assertThat(there).doesNotExist();
    }

    @Test
    void onADiskThatIsFullToItsReserveNoneIsKept() throws IOException {
        usableBytes = MIB;
        assertThat(layout(1).keep(removed("1", MIB), MIB, MIB)).isFalse();
        assertThat(layout(1).keep(removed("2", MIB), MIB, MIB / 2)).isTrue();
    }

    /** The newest segment before a start is one: what was behind its end is cut off. */
    @Test
    void aShorterFileTakesNoPlaceOfAnother() throws IOException {
        assertThat(layout(1).keep(removed("1", MIB / 2), MIB, 0)).isFalse();
    }

    /** The layout is tried again from time to time, and takes it then. */
    @Test
    void oneThatComesWhileThereIsNoRoomForANewFileIsNotDeleted() throws IOException {
        SegmentLayout layout = layout(1);
        Path removed = removed("1", MIB);
        usableBytes = MIB;
        whenAskedForRoom = () -> layout.spares().keep(removed);

        assertThatThrownBy(() -> layOut(layout, MIB / 2)).isInstanceOf(StorageException.class);
        assertThat(Files.readAllBytes(layOut(layout, MIB / 2))).endsWith(7);
    }

    /** It is in nobody's way: the disk is as full without it. */
    @Test
    void oneThatCannotBeDeletedIsNoFailureOfTheDisk() throws IOException {
        SegmentLayout layout = layout(2);
        layout.spares().keep(Path.of("/proc/self/fdinfo"));
        Path removed = removed("1", MIB);
        layout.spares().keep(removed);
        usableBytes = 0;

        assertThatThrownBy(() -> layOut(layout, 0))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL));
        assertThat(removed).doesNotExist();
    }

    /** What is kept to save time is no reason to refuse commands. */
    @Test
    void onADiskThatIsFullToItsReserveTheyAreDeleted() throws IOException {
        SegmentLayout layout = layout(2);
        Path first = removed("1", MIB);
        Path second = removed("2", MIB);
        layout.spares().keep(first);
        layout.spares().keep(second);
        usableBytes = MIB;

        assertThatThrownBy(() -> layOut(layout, MIB)).isInstanceOf(StorageException.class);
        assertThat(first).doesNotExist();
        assertThat(second).doesNotExist();
    }

    /** There zeros are not flushed, and mostly not written before there are records over them. */
    @Test
    void withoutFlushesNoneIsKept() throws IOException {
        SegmentLayout layout = new SegmentLayout(directory, barrier, Durability.PROCESS_CRASH, 2);
        assertThat(layout.spares().keep(removed("1", MIB))).isFalse();
    }

    /** A flush of 64 MiB of zeros would hold up those of the log for as long as the disk takes for it. */
    @Test
    void zerosAreFlushedInSmallStepsWithPauses() throws IOException {
        layout(0).layOut(4 * MIB + 4096, 0, () -> false);
        assertThat(flushedAt).containsExactly(MIB, 2 * MIB, 3 * MIB, 4 * MIB, 4 * MIB + 4096);
        assertThat(pauses).hasSize(4).allMatch(nanos -> nanos > 0 && nanos <= 20_000_000);
    }

    @Test
    void whoeverWaitsIsNotKeptWaiting() throws IOException {
        layout(0).layOut(4 * MIB, 0, () -> flushedAt.size() > 1);
        assertThat(flushedAt).containsExactly(MIB, 2 * MIB, 3 * MIB, 4 * MIB);
        assertThat(pauses).hasSize(1);
    }
}
