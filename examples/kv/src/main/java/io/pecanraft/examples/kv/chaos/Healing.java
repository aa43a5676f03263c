package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How long writes stood still after something was broken: until the first write was acknowledged that was asked for after the fault. Such a
 * write cannot have been decided before. Thread-safe.
 */
final class Healing {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Story story;
    private final LongSupplier nanoTime;
    private boolean broken;
    private long brokenAt;
    private String what = "";
    private long lastMillis = -1;
    private long worstMillis = -1;

    Healing(Story story, LongSupplier nanoTime) {
        this.story = story;
        this.nanoTime = nanoTime;
    }

    /** Something was just broken. If the fault before it has not healed, that one's time goes on. */
    synchronized void begin(String fault) {
        if (!broken) {
            broken = true;
            brokenAt = nanoTime.getAsLong();
            what = fault;
        }
    }

    /** A write was acknowledged that was asked for at this time. */
    void acknowledged(long calledAt) {
        String told;
        synchronized (this) {
            if (!broken || calledAt - brokenAt < 0) {
                return;
            }
            broken = false;
            lastMillis = (nanoTime.getAsLong() - brokenAt) / NANOS_PER_MILLI;
            worstMillis = Math.max(worstMillis, lastMillis);
            told = String.format(Locale.ROOT, "writes went on %.2f s after %s", lastMillis / MILLIS_PER_SECOND, what);
        }
        story.tell(Story.Kind.HEALED, told);
    }

    synchronized JsonObject json() {
        JsonObject json = new JsonObject();
        json.add("sinceMillis", JsonNull.INSTANCE);
        if (broken) {
            json.addProperty("sinceMillis", (nanoTime.getAsLong() - brokenAt) / NANOS_PER_MILLI);
        }
        json.addProperty("lastMillis", lastMillis);
        json.addProperty("worstMillis", worstMillis);
        json.addProperty("what", what);
        return json;
    }
}
