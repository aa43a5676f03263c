package io.pecanraft.examples.kv.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/** JSON as a reply for people: objects become keys with values, arrays arrays. */
final class JsonReply {

    private JsonReply() {}

    static Reply of(JsonElement json) {
        if (json instanceof JsonObject object) {
            return new Reply.Pairs(object.entrySet().stream()
                    .map(entry -> new Reply.Pair(entry.getKey(), of(entry.getValue())))
                    .toList());
        } else if (json instanceof JsonArray array) {
            List<Reply> elements = new ArrayList<>();
            array.forEach(element -> elements.add(of(element)));
            return new Reply.Array(elements);
        } else if (json.isJsonNull()) {
            return Reply.NULL;
        }
        return json.getAsJsonPrimitive().isNumber() ? new Reply.Int(json.getAsLong()) : Reply.bulk(json.getAsString());
    }
}
