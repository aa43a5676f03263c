package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How the clients fare: totals, and rate and latency over the last {@value #SECONDS} s. Thread-safe. */
final class Meter {

    private static final int SECONDS = 3;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;

    private record Answered(long at, long latencyNanos) {}

    private final LongSupplier nanoTime;
    private final Deque<Answered> recent = new ArrayDeque<>(); // bounded by what clients can do in this time
    private long acknowledged;
    private long failed;
    private long unknown;
    private String lastUnknown = "";

    Meter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void acknowledged(long latencyNanos) {
        acknowledged++;
        recent.addLast(new Answered(nanoTime.getAsLong(), latencyNanos));
        forgetOld();
    }

    synchronized void failed() {
        failed++;
    }

    synchronized void unknown(String reason) {
        unknown++;
        lastUnknown = reason;
    }

    private void forgetOld() {
        long since = nanoTime.getAsLong() - SECONDS * NANOS_PER_SECOND;
        while (!recent.isEmpty() && recent.getFirst().at() - since < 0) {
            recent.removeFirst();
        }
    }

    synchronized JsonObject json() {
        forgetOld();
        long lastSecond = nanoTime.getAsLong() - NANOS_PER_SECOND;
        long[] sorted =
                recent.stream().mapToLong(Answered::latencyNanos).sorted().toArray();
        JsonObject json = new JsonObject();
        json.addProperty("acknowledged", acknowledged);
        json.addProperty("failed", failed);
        json.addProperty("unknown", unknown);
        json.addProperty("lastUnknown", lastUnknown);
        json.addProperty(
                "perSecond",
                recent.stream().filter(each -> each.at() - lastSecond >= 0).count());
        json.add("p50", JsonNull.INSTANCE);
        json.add("p99", JsonNull.INSTANCE);
        if (sorted.length > 0) {
            json.addProperty("p50", sorted[sorted.length / 2] / NANOS_PER_MILLI);
            json.addProperty("p99", sorted[sorted.length * 99 / 100] / NANOS_PER_MILLI);
        }
        return json;
    }
}
