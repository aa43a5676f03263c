package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the colours of a picture that has too many. */
class SmallPngTest {

    private static final int GREYS = 256;
    private static final int RED = 0xffb92f28;

    @TempDir
    Path directory;

    private BufferedImage small(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        Path file = directory.resolve("small.png");
        SmallPng.write(png.toByteArray(), Integer.MAX_VALUE, file);
        return ImageIO.read(file.toFile());
    }

    @Test
    void whatIsSmallKeepsItsColorAmongManyThatAreLarge() throws IOException {
        BufferedImage image = new BufferedImage(GREYS, 10, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < GREYS; x++) {
            for (int y = 0; y < 10; y++) {
                image.setRGB(x, y, x << 16 | x << 8 | x);
            }
        }
        image.setRGB(7, 7, RED);
        BufferedImage small = small(image);
        assertThat(small.getRGB(7, 7)).isEqualTo(RED);
        for (int x = 0; x < GREYS; x++) {
            assertThat(small.getRGB(x, 0) & 0xff).as("a grey near " + x).isBetween(x - 8, x + 8);
        }
    }

    @Test
    void fewColorsStayAsTheyAre() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff123456);
        image.setRGB(1, 0, 0xff123457);
        BufferedImage small = small(image);
        assertThat(small.getRGB(0, 0)).isEqualTo(0xff123456);
        assertThat(small.getRGB(1, 0)).isEqualTo(0xff123457);
    }
}
