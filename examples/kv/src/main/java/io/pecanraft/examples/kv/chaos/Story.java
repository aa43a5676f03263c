package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has happened, the last {@value #MAX_EVENTS} events. Thread-safe. */
final class Story {

    /** What an event is about, by which the page colours it. */
    enum Kind {
        BROKEN,
        MENDED,
        HEALED,
        VERDICT
    }

    private static final int MAX_EVENTS = 100;

    private record Event(long sequence, long atMillis, Kind kind, String text) {}

    private final Clock clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private long sequence;

    Story(Clock clock) {
        this.clock = clock;
    }

    synchronized void tell(Kind kind, String text) {
        sequence++;
        events.addFirst(new Event(sequence, clock.millis(), kind, text));
        if (events.size() > MAX_EVENTS) {
            events.removeLast();
        }
    }

    /** Newest first. */
    synchronized JsonArray json() {
        JsonArray array = new JsonArray();
        for (Event event : events) {
            JsonObject json = new JsonObject();
            json.addProperty("sequence", event.sequence());
            json.addProperty("at", event.atMillis());
            json.addProperty("kind", event.kind().name().toLowerCase(java.util.Locale.ROOT));
            json.addProperty("text", event.text());
            array.add(json);
        }
        return array;
    }
}
