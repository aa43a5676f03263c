package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An ext4 file system in a file. Power is lost by the {@code EXT4_IOC_SHUTDOWN} of the kernel: from then on the file system writes nothing more, no
 * flush succeeds, and what is mounted again is what had been written, after the recovery of the journal. What the kernel had written of
 * its own accord is kept, in whatever order it was; sectors are not torn.
 */
final class LoopDisk implements Disk {

    /** Three segments of the log, what the log leaves free, snapshots, and a journal. The file is sparse. */
    private static final long BYTES = 768L << 20;

    private static final String SHUTDOWN =
            "open(my $f, '<', $ARGV[0]) or die \"open: $!\\n\"; my $how = pack('L', 2); # write no journal either\n"
                    + "ioctl($f, 0x8004587D, $how) or die \"EXT4_IOC_SHUTDOWN: $!\\n\";";

    private final Path image;
    private final Path mountPoint;

    private LoopDisk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** Makes a new one, and mounts it. */
    static LoopDisk make(Path directory, String name) throws IOException {
        LoopDisk disk = new LoopDisk(directory.resolve(name + ".img"), directory.resolve(name + ".disk"));
        Files.createDirectories(disk.mountPoint);
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", disk.image.toString());
        disk.mount();
        return disk;
    }

    /** Why there are no such disks on this machine; empty if there are. */
    static Optional<String> whyNot(Path directory) {
        Path probe = directory.resolve("probe");
        try {
            try (LoopDisk disk = make(probe, "disk")) {
                disk.fill();
                disk.free();
                disk.losePower();
                disk.restorePower();
            }
            Program.delete(probe);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void mount() throws IOException {
        Shell.run("mount", "-o", "loop", image.toString(), mountPoint.toString());
    }

    @Override
    public Path data() {
        return mountPoint.resolve("data");
    }

    private Path ballast() {
        return mountPoint.resolve("ballast");
    }

    @Override
    public void fill() throws IOException {
        // Blocks are taken, but not written. Where the file system has a little less to give than it says, smaller
        // pieces follow.
        for (long bytes = Files.getFileStore(mountPoint).getUsableSpace(); bytes >= 4_096; bytes /= 2) {
            long had = Files.exists(ballast()) ? Files.size(ballast()) : 0;
            try {
                Shell.run(
                        "fallocate",
                        "-o",
                        Long.toString(had),
                        "-l",
                        Long.toString(bytes),
                        ballast().toString());
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("No space left")) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    @Override
    public void losePower() throws IOException {
        Shell.run("perl", "-e", SHUTDOWN, mountPoint.toString());
    }

    @Override
    public void restorePower() throws IOException {
        Shell.run("umount", mountPoint.toString());
        mount();
        free();
    }

    @Override
    public void close() {
        try {
            Shell.run("umount", mountPoint.toString());
        } catch (IOException e) {
            // It was not mounted, or it goes with the mount namespace of the rig.
        }
    }
}
