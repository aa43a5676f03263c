package io.pecanraft.examples.kv;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.OperationWords;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.SessionEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A log entry for a person or for a program. What cannot be decoded is said to be so and does not end the dump: whoever looks at a log
 * may have the wrong program for it.
 */
final class EntryText {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private EntryText() {}

    /** One line: {@code 41@7 2026-01-31T12:00:00Z COMMAND 14 B SET "k" "v"}. */
    static String line(LogEntry entry) {
        String said = switch (entry.type()) {
            case COMMAND -> operations(entry.payload());
            case MEMBERSHIP -> membership(entry.payload());
            case SESSION -> session(entry.payload());
            case NO_OP, CLOCK -> "";
        };
        return (entry.id() + " " + time(entry) + " " + entry.type() + " " + entry.payloadBytes() + " B " + said)
                .strip();
    }

    /** One object on one line. Its fields are in the documentation. */
    static String json(LogEntry entry) {
        JsonObject object = new JsonObject();
        object.addProperty("index", entry.index());
        object.addProperty("term", entry.term());
        object.addProperty("time", time(entry));
        object.addProperty("kind", entry.type().name());
        object.addProperty("bytes", entry.payloadBytes());
        try {
            switch (entry.type()) {
                case COMMAND -> object.add("operations", operationsJson(entry.payload()));
                case MEMBERSHIP -> object.add("membership", membershipJson(entry.payload()));
                case SESSION -> addSession(object, SessionEntry.decode(entry.payload()));
                case NO_OP, CLOCK -> {}
            }
        } catch (IllegalArgumentException | OperationCodec.UnknownVersionException e) {
            object.addProperty("notUnderstood", e.getMessage());
        }
        return GSON.toJson(object);
    }

    private static String time(LogEntry entry) {
        return Instant.ofEpochMilli(entry.timestampMillis()).toString();
    }

    private static String operations(ByteBuffer command) {
        try {
            return OperationCodec.decode(command.duplicate()).stream()
                    .map(OperationWords::line)
                    .collect(Collectors.joining("; "));
        } catch (IllegalArgumentException | OperationCodec.UnknownVersionException e) {
            return notUnderstood(e);
        }
    }

    private static JsonArray operationsJson(ByteBuffer command) {
        JsonArray operations = new JsonArray();
        OperationCodec.decode(command.duplicate()).forEach(operation -> {
            JsonArray words = new JsonArray();
            OperationWords.of(operation).forEach(words::add);
            operations.add(words);
        });
        return operations;
    }

    private static String session(ByteBuffer payload) {
        try {
            SessionEntry entry = SessionEntry.decode(payload);
            if (entry instanceof SessionEntry.Command command) {
                return "session " + command.session() + " sequence " + command.sequence() + ": "
                        + operations(command.payload());
            } else if (entry instanceof SessionEntry.KeepAlive alive) {
                return "session " + alive.session() + " is alive";
            } else if (entry instanceof SessionEntry.Close close) {
                return "session " + close.session() + " is closed";
            }
            return "opens a session";
        } catch (IllegalArgumentException e) {
            return notUnderstood(e);
        }
    }

    private static void addSession(JsonObject object, SessionEntry entry) {
        if (entry instanceof SessionEntry.Command command) {
            object.addProperty("session", command.session());
            object.addProperty("sequence", command.sequence());
            object.add("operations", operationsJson(command.payload()));
        } else if (entry instanceof SessionEntry.KeepAlive alive) {
            object.addProperty("keepsAlive", alive.session());
        } else if (entry instanceof SessionEntry.Close close) {
            object.addProperty("closes", close.session());
        } else {
            object.addProperty("opens", true);
        }
    }

    private static String membership(ByteBuffer payload) {
        try {
            return parts(MembershipCodec.decode(payload)).entrySet().stream()
                    .filter(part -> !part.getValue().isEmpty())
                    .map(part -> part.getKey() + " " + part.getValue())
                    .collect(Collectors.joining(", "));
        } catch (IllegalArgumentException e) {
            return notUnderstood(e);
        }
    }

    private static JsonObject membershipJson(ByteBuffer payload) {
        JsonObject object = new JsonObject();
        parts(MembershipCodec.decode(payload)).forEach((name, members) -> {
            JsonArray array = new JsonArray();
            members.forEach(array::add);
            object.add(name, array);
        });
        return object;
    }

    private static Map<String, List<String>> parts(Membership membership) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("voters", names(membership.voters()));
        parts.put("outgoingVoters", names(membership.outgoingVoters()));
        parts.put("learners", names(membership.learners()));
        parts.put("learnersNext", names(membership.learnersNext()));
        return parts;
    }

    private static List<String> names(List<Member> members) {
        return members.stream()
                .map(member -> member.id() + "=" + member.address())
                .toList();
    }

    private static String notUnderstood(RuntimeException e) {
        return "(not understood: " + e.getMessage() + ")";
    }
}
