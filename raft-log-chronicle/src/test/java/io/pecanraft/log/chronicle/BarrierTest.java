package io.pecanraft.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarrierTest {

    @TempDir
    Path directory;

    /** As a system call may. */
    @Test
    void whatAChannelTakesInPiecesIsWrittenWholeAndInItsPlace() throws IOException {
        Path file = Files.write(directory.resolve("file"), "0123456789abcdef".getBytes(UTF_8));
        try (FileChannel real = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel channel = new StingyChannel(real)) {
            ByteBuffer content = ByteBuffer.wrap("-ABCDEFGH-".getBytes(UTF_8), 1, 8);
            Barrier.OPERATING_SYSTEM.write(channel, file, content, 5);
            assertThat(content.hasRemaining()).isFalse();
        }
        assertThat(file).hasContent("01234ABCDEFGHdef");
    }
}
