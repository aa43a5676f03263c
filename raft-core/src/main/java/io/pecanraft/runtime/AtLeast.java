package io.pecanraft.runtime;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.SettingControl;

/**
 * How long something must have taken to be recorded, in the notation of Flight Recorder's own thresholds: {@code 5 ms}. Of several
 * recordings the least counts. Default 10 ms.
 */
final class AtLeast extends SettingControl {

    private static final String DEFAULT = "10 ms";

    private static final Pattern NOTATION = Pattern.compile("([0-9]{1,9})\\s*(ns|us|ms|s|m)");

    private String value = DEFAULT;
    private volatile long nanos = nanosOf(DEFAULT);

    AtLeast() {}

    long nanos() {
        return nanos;
    }

    @Override
    public String combine(Set<String> settings) {
        String least = DEFAULT;
        long leastNanos = Long.MAX_VALUE;
        for (String each : settings) {
            if (nanosOf(each) < leastNanos) {
                least = each;
                leastNanos = nanosOf(each);
            }
        }
        return least;
    }

    /** What is no time leaves the default, as Flight Recorder's own settings do: a recording is not worth a failure. */
    @Override
    public void setValue(String newValue) {
        value = newValue;
        nanos = nanosOf(newValue);
    }

    @Override
    public String getValue() {
        return value;
    }

    private static long nanosOf(String text) {
        Matcher matcher = NOTATION.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return nanosOf(DEFAULT);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ns" -> number;
            case "us" -> TimeUnit.MICROSECONDS.toNanos(number);
            case "ms" -> TimeUnit.MILLISECONDS.toNanos(number);
            case "s" -> TimeUnit.SECONDS.toNanos(number);
            default -> TimeUnit.MINUTES.toNanos(number);
        };
    }
}
