package io.pecanraft.examples.kv;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** Numbers with units, as people write them on a command line. */
final class Quantities {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})(k|m|g)?");

    private Quantities() {}

    /** {@code 250ms}, {@code 5s}, {@code 2m}. */
    static final class DurationConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expected a duration such as 250ms, 5s or 2m, got '" + text + "'");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }

    /** The same for how long somebody waits: not at all, and for ever, are not meant. */
    static final class TimeoutConverter implements ITypeConverter<Duration> {

        private static final Duration LONGEST = Duration.ofDays(1);

        @Override
        public Duration convert(String text) {
            Duration time = new DurationConverter().convert(text);
            if (time.isZero() || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("expected a time from 1ms to 1440m, got '" + text + "'");
            }
            return time;
        }
    }

    /** {@code 4096}, {@code 64k}, {@code 16m}, {@code 1g}; multiples of 1,024. */
    static final class BytesConverter implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expected a size such as 4096, 64k, 16m or 1g, got '" + text + "'");
            }
            long number = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2);
            if (unit == null) {
                return number;
            }
            return switch (unit) {
                case "k" -> number << 10;
                case "m" -> number << 20;
                default -> number << 30;
            };
        }
    }
}
