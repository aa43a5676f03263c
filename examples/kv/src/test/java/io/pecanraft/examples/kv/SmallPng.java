package io.pecanraft.examples.kv;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A picture of a page in a third of its bytes: with a palette of the colours that it has most of. A page has few, and many in between at the
 * edges of letters, which become the nearest of the palette. So that what is small does not take the colour of what is large, such as one red
 * button that of many brown lines, half of the palette is for colours that are unlike all others in it.
 */
final class SmallPng {

    private static final int COLORS = 128;

    /** The first distance that is tried, squared: half of that between black and blue. */
    private static final int FARTHEST = 1 << 14;

    private SmallPng() {}

    /** Writes the upper part of a picture, or all of it if it is not that high. */
    static void write(byte[] png, int maxHeight, Path file) throws IOException {
        BufferedImage all = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage image = all.getSubimage(0, 0, all.getWidth(), Math.min(maxHeight, all.getHeight()));
        int[] palette = palette(image);
        BufferedImage small = new BufferedImage(
                image.getWidth(),
                image.getHeight(),
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(Byte.SIZE, palette.length, palette, 0, false, -1, 0));
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int index = nearest.computeIfAbsent(image.getRGB(x, y), color -> nearest(palette, color));
                small.getRaster().setSample(x, y, 0, index);
            }
        }
        ImageIO.write(small, "png", file.toFile());
    }

    private static int[] palette(BufferedImage image) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                counts.merge(image.getRGB(x, y), 1, Integer::sum);
            }
        }
        List<Integer> colors = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        List<Integer> chosen = new ArrayList<>(colors.subList(0, Math.min(COLORS / 2, colors.size())));
        for (int unlike = FARTHEST; chosen.size() < Math.min(COLORS, colors.size()); unlike /= 2) {
            for (int color : colors) {
                if (chosen.size() < COLORS && isUnlike(color, chosen, unlike)) {
                    chosen.add(color);
                }
            }
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean isUnlike(int color, List<Integer> others, int unlike) {
        return others.stream().allMatch(other -> distance(color, other) > unlike);
    }

    private static int nearest(int[] palette, int color) {
        int best = 0;
        for (int i = 1; i < palette.length; i++) {
            if (distance(palette[i], color) < distance(palette[best], color)) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int distance = 0;
        for (int shift = 0; shift < 3 * Byte.SIZE; shift += Byte.SIZE) {
            int difference = (one >> shift & 0xff) - (other >> shift & 0xff);
            distance += difference * difference;
        }
        return distance;
    }
}
