package io.pecanraft.examples.kv.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

/** What a page asks for: an object of JSON with an action, and what belongs to it. */
public final class AskedAction {

    private final JsonObject json;

    private AskedAction(JsonObject json) {
        this.json = json;
    }

    /**
     * Reads the body of a request; what is no object has no field.
     *
     * @throws JsonParseException when it is no JSON
     */
    public static AskedAction parse(String body) {
        JsonElement json = JsonParser.parseString(body);
        return new AskedAction(json.isJsonObject() ? json.getAsJsonObject() : new JsonObject());
    }

    /** What is to be done. */
    public String action() {
        return text("action");
    }

    /**
     * A field.
     *
     * @throws IllegalArgumentException when it is missing
     */
    public String text(String field) {
        JsonElement value = json.get(field);
        if (value == null || !value.isJsonPrimitive()) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
        return value.getAsString();
    }

    /** A field that is true; false when it is something else, or missing. */
    public boolean isTrue(String field) {
        JsonElement value = json.get(field);
        return value != null && value.isJsonPrimitive() && value.getAsBoolean();
    }
}
