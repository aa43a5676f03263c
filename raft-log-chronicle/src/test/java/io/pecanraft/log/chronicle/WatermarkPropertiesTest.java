package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** How far the log is known to be flushed. One that is lost knows nothing, and says so. */
class WatermarkPropertiesTest extends TwoSlotProperties<Watermark> {

    @Override
    Watermark draw(RandomContent random) {
        return new Watermark(random.anyLong(), random.anyLong(), random.anyInt(), random.anyInt());
    }

    @Override
    byte[] encode(Watermark watermark) throws IOException {
        Path file = newFile();
        WatermarkFile.create(file, STORAGE, CrashImages.NO_FLUSH);
        try (WatermarkFile created = WatermarkFile.openOrLost(file, STORAGE, CrashImages.NO_FLUSH)) {
            created.advanceDurably(watermark);
        }
        return Files.readAllBytes(file);
    }

    @Override
    Optional<Found<Watermark>> read(byte[] bytes) throws IOException {
        try (WatermarkFile file = WatermarkFile.readOrLost(fileOf(bytes), STORAGE)) {
            if (file.damage() != null) {
                assertThat(file.read()).as("what a lost watermark knows").isEqualTo(Watermark.NONE);
                return Optional.empty();
            }
            return Optional.of(new Found<>(file.read(), file.damagedSlotPosition()));
        }
    }

    /** An advance writes one slot and leaves the other: damage brings the one before back, and never a third. */
    @Property(tries = 10)
    void aFlippedBitTakesAnAdvanceBackOrChangesNothing(@ForAll long seed) throws IOException {
        RandomContent random = new RandomContent(seed);
        Watermark before = draw(random);
        Watermark now = draw(random);
        encode(before);
        try (WatermarkFile open = WatermarkFile.openOrLost(file(), STORAGE, CrashImages.NO_FLUSH)) {
            open.advance(now);
        }
        byte[] bytes = Files.readAllBytes(file());

        assertThat(decode(bytes)).contains(now);
        for (int bit : bitsThatMeanSomething(0, bytes)) {
            assertThat(decode(flipped(bytes, bit))).contains(now);
        }
        for (int bit : bitsThatMeanSomething(1, bytes)) {
            assertThat(decode(flipped(bytes, bit))).contains(before);
        }
    }
}
