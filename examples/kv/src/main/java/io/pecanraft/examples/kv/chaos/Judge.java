package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.examples.kv.chaos.Story.Kind;
import io.pecanraft.testkit.linearizability.HistoryPage;
import io.pecanraft.testkit.linearizability.Judgement;
import io.pecanraft.testkit.linearizability.LinearizabilityChecker;
import io.pecanraft.testkit.linearizability.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of one window after another whether what clients were told was possible. A window for which the time is too short is not decided, and
 * never counts as good. Of violations at most {@value #MAX_PAGES} are drawn, as pages in a directory. Thread-safe.
 */
final class Judge {

    static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    private static final long MAX_CONFIGURATIONS = 500_000;
    private static final int MAX_PAGES = 20;

    private final ConditionalKeys model = new ConditionalKeys();
    private final LinearizabilityChecker<Optional<String>, Request, Answer> checker =
            LinearizabilityChecker.of(model).within(TIME_LIMIT).withMaxConfigurations(MAX_CONFIGURATIONS);
    private final Path directory;
    private final String run;
    private final Story story;
    private final List<Path> pages = new ArrayList<>();
    private long windows;
    private long operations;
    private long violations;
    private long undecided;
    private String lastViolation = "";
    private String failure = "";

    /**
     * A judge who has not seen anything.
     *
     * @param directory where pages of violations go
     * @param run goes into their names
     */
    Judge(Path directory, String run, Story story) {
        this.directory = directory;
        this.run = run;
        this.story = story;
    }

    /** Judges what happened in a window, with what was known before it. */
    void judge(List<Operation<Request, Answer>> known, List<Operation<Request, Answer>> happened) {
        List<Operation<Request, Answer>> history = new ArrayList<>(known);
        history.addAll(happened);
        Judgement<Optional<String>, Request, Answer> judgement = checker.check(history);
        synchronized (this) {
            windows++;
            if (judgement instanceof Judgement.Linearizable) {
                operations += happened.size();
            } else if (judgement instanceof Judgement.Violation<Optional<String>, Request, Answer> violation) {
                violations++;
                lastViolation = checker.describe(violation);
                if (pages.size() < MAX_PAGES) {
                    pages.add(new HistoryPage<>(model, "chaos " + run + " window " + windows, violation)
                            .writeTo(directory));
                }
                story.tell(Kind.VERDICT, "not linearizable: " + violation.culprit());
            } else if (judgement instanceof Judgement.NotDecided<Optional<String>, Request, Answer> open) {
                undecided++;
                story.tell(Kind.VERDICT, checker.describe(open));
            }
        }
    }

    /** Nothing more is judged, for this reason. */
    synchronized void gaveUp(RuntimeException reason) {
        failure = String.valueOf(reason);
        story.tell(Kind.VERDICT, "nothing is judged any more: " + failure);
    }

    /** A page of this name that was drawn. */
    synchronized Optional<Path> page(String name) {
        return pages.stream()
                .filter(page -> page.getFileName().toString().equals(name))
                .findFirst();
    }

    synchronized JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("windows", windows);
        json.addProperty("operations", operations);
        json.addProperty("violations", violations);
        json.addProperty("undecided", undecided);
        json.addProperty("lastViolation", lastViolation);
        json.addProperty("failure", failure);
        json.addProperty("directory", directory.toString());
        JsonArray drawn = new JsonArray();
        pages.forEach(page -> drawn.add(page.getFileName().toString()));
        json.add("pages", drawn);
        return json;
    }
}
