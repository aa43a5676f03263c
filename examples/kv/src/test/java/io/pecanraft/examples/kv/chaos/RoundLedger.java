package io.pecanraft.examples.kv.chaos;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file with a line for each round that has ended, so that a run goes on where it was stopped. */
final class RoundLedger {

    private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    private final Path file;

    RoundLedger(Path directory) {
        this.file = directory.resolve("ledger.jsonl");
    }

    List<RoundResult> rounds() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(line -> gson.fromJson(line, RoundResult.class))
                .toList();
    }

    void add(RoundResult round) throws IOException {
        Files.writeString(file, gson.toJson(round) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
