package io.pecanraft.testkit.swarm.schedule;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as people read them and machines parse them: {@code 312.5ms}, exact to the nanosecond. */
public final class Millis {

    private static final String UNIT = "ms";
    private static final int NANO_DIGITS = 6;

    private Millis() {}

    /** Writes a duration. */
    public static String format(Duration duration) {
        BigDecimal millis = BigDecimal.valueOf(duration.toNanos(), NANO_DIGITS).stripTrailingZeros();
        return millis.toPlainString() + UNIT;
    }

    static boolean isOne(String text) {
        return text.matches("-?[0-9.]+" + UNIT);
    }

    /**
     * Reads what {@link #format} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Duration parse(String text) {
        if (!text.endsWith(UNIT)) {
            throw new IllegalArgumentException("a time such as 312.5ms was expected, got " + text);
        }
        BigDecimal millis = new BigDecimal(text.substring(0, text.length() - UNIT.length()));
        return Duration.ofNanos(millis.movePointRight(NANO_DIGITS).longValueExact());
    }
}
