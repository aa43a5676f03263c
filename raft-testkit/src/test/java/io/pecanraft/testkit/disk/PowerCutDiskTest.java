package io.pecanraft.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The images of crashes are what a crash can leave, also while other threads rename and delete. */
class PowerCutDiskTest {

    private static final int IMAGES = 400;

    @TempDir
    Path directory;

    /** A directory that moves while it is copied once became a file: its name was found, and then it had another one. */
    @ParameterizedTest
    @EnumSource(Crash.class)
    void aDirectoryStaysADirectoryWhileItIsRenamedAndDeleted(Crash crash) throws Exception {
        PowerCutDisk disk = new PowerCutDisk(directory.resolve("live"), name -> false);
        AtomicBoolean stopping = new AtomicBoolean();
        CompletableFuture<Void> moves = CompletableFuture.runAsync(() -> {
            try {
                while (!stopping.get()) {
                    moveAbout(disk.root());
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Random random = new Random(1);
        for (int i = 0; i < IMAGES; i++) {
            Path image = directory.resolve("image-" + i);
            disk.crash(crash, image, random).close();
            try (Stream<Path> names = Files.list(image)) {
                assertThat(names).allSatisfy(name -> assertThat(name).isDirectory());
            }
        }
        stopping.set(true);
        moves.join();
        disk.close();
    }

    /** The directory was removed after its name was read, and a file that was made then got its inode: the directory became a file. */
    @Test
    void anInodeThatWasUsedAgainDuringALookIsNotBelieved() {
        DiskMoment moment = new DiskMoment("root", name -> false);
        moment.addDirectory("root", Map.of(), Map.of("incomplete", "inode 1", "trash", "inode 2"));
        moment.addDirectory("inode 2", Map.of(), Map.of("file", "inode 1"));
        moment.addFile("inode 1", new byte[0], new byte[100]);
        assertThat(moment.isConsistent()).isFalse();
    }

    @Test
    void whatHasTwoNamesIsRefused() throws Exception {
        try (PowerCutDisk disk = new PowerCutDisk(directory.resolve("live"), name -> false)) {
            Path file = Files.write(disk.root().resolve("file"), new byte[] {1});
            Path link = Files.createLink(disk.root().resolve("link"), file);
            assertThatThrownBy(disk::moment).isInstanceOf(IOException.class).hasMessageContaining("two names");
            Files.delete(link);
            Files.createSymbolicLink(link, file);
            assertThatThrownBy(disk::moment).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
            Files.delete(link);
            assertThat(disk.moment().changes()).isEqualTo(3);
        }
    }

    private static void moveAbout(Path root) throws IOException {
        Path path = Files.createDirectory(root.resolve("incomplete"));
        Files.write(path.resolve("file"), new byte[100]);
        for (String name : List.of("segment", "trash")) {
            path = Files.move(path, root.resolve(name));
        }
        deleteWithFile(path);
    }

    /** Its name was flushed, it was not, and now it is gone: what a loss of power can bring back of it is an empty directory. */
    @Test
    void aDirectoryThatWasNeverFlushedComesBackEmpty() throws Exception {
        PowerCutDisk disk = new PowerCutDisk(directory.resolve("live"), name -> false);
        Path segment = Files.createDirectory(disk.root().resolve("segment"));
        Files.write(segment.resolve("file"), new byte[100]);
        disk.flushDirectory(disk.root());
        deleteWithFile(segment);
        Random random = new Random(1);
        int back = 0;
        for (int i = 0; i < 20; i++) {
            Path image = directory.resolve("image-" + i);
            disk.crash(Crash.POWER_FAILS, image, random).close();
            if (Files.exists(image.resolve("segment"))) {
                back++;
                assertThat(image.resolve("segment")).isEmptyDirectory();
            }
        }
        assertThat(back).isBetween(1, 19);
        disk.close();
    }

    private static void deleteWithFile(Path path) throws IOException {
        Files.delete(path.resolve("file"));
        Files.delete(path);
    }
}
