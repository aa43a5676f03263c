package io.pecanraft.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pecanraft.RaftNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Grafana dashboard asks Prometheus for what nodes show, and for all of it. */
class DashboardTest {

    /** Which the scrape adds, and which a histogram has. */
    private static final Set<String> OTHER_LABELS = Set.of("instance", "le");

    private static final Pattern METRIC = Pattern.compile("\\braft_[a-z_]+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JsonObject dashboard = dashboard();
    private String scrape = "";

    private static JsonObject dashboard() {
        try {
            return JsonParser.parseString(Files.readString(Path.of("../docs/grafana/pecanraft.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void scrape() throws ReflectiveOperationException {
        try (RaftNode node = EveryMeter.show(registry, MicrometerMetrics.of(registry, EveryMeter.GROUP))) {
            assertThat(node.status()).isNotNull();
            scrape = registry.scrape();
        }
    }

    @Test
    void everyMetricThatIsAskedForExists() {
        Set<String> samples = scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked()).isNotEmpty().isSubsetOf(samples);
    }

    @Test
    void everyLabelThatIsAskedForExists() {
        Set<String> labels = LABEL.matcher(scrape)
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        labels.addAll(OTHER_LABELS);
        for (JsonObject target : targets()) {
            Set<String> used = new TreeSet<>();
            collect("([a-z_]+)=~\"", target.get("expr").getAsString(), used);
            collect("\\{\\{([a-z_]+)}}", target.get("legendFormat").getAsString(), used);
            for (String by : collect("by \\(([a-z_, ]+)\\)", target.get("expr").getAsString(), new TreeSet<>())) {
                used.addAll(List.of(by.split(", ", -1)));
            }
            assertThat(used).as(target.toString()).isSubsetOf(labels);
        }
    }

    /** A family of samples, such as a histogram, is shown when one of its samples is. */
    @Test
    void everyMeterIsShown() {
        Set<String> asked = asked();
        Set<String> families = scrape.lines()
                .filter(line -> line.startsWith("# TYPE"))
                .map(line -> line.split(" ", -1)[2])
                // The maximum of a timer or summary is a family of its own.
                .map(family -> family.replaceAll("_max$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(families)
                .allSatisfy(family -> assertThat(asked)
                        .anyMatch(metric -> metric.matches(family + "(_total|_sum|_count|_bucket|_max)?")));
    }

    @Test
    void everyPanelSaysWhatToDoAndHasAPlaceOfItsOwn() {
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonObject panel : panels()) {
            assertThat(ids.add(panel.get("id").getAsInt())).as(panel.toString()).isTrue();
            assertThat(panel.get("title").getAsString()).isNotEmpty();
            if (!panel.get("type").getAsString().equals("row")) {
                assertThat(panel.get("description").getAsString()).isNotEmpty();
                assertThat(panel.getAsJsonObject("datasource").get("uid").getAsString())
                        .isEqualTo("${datasource}");
            }
            JsonObject place = panel.getAsJsonObject("gridPos");
            int x = place.get("x").getAsInt();
            int y = place.get("y").getAsInt();
            assertThat(x + place.get("w").getAsInt()).isLessThanOrEqualTo(24);
            for (int column = x; column < x + place.get("w").getAsInt(); column++) {
                for (int row = y; row < y + place.get("h").getAsInt(); row++) {
                    assertThat(cells.add(column + "," + row))
                            .as("%s overlaps another", panel.get("title"))
                            .isTrue();
                }
            }
        }
    }

    /** In queries of panels and of variables. */
    private Set<String> asked() {
        Set<String> asked = new TreeSet<>();
        targets().forEach(target -> asked.addAll(metrics(target.get("expr").getAsString())));
        for (JsonElement variable : dashboard.getAsJsonObject("templating").getAsJsonArray("list")) {
            asked.addAll(metrics(variable.getAsJsonObject().get("query").toString()));
        }
        return asked;
    }

    private static Set<String> metrics(String query) {
        return METRIC.matcher(query).results().map(metric -> metric.group()).collect(Collectors.toSet());
    }

    private static Set<String> collect(String pattern, String text, Set<String> into) {
        Pattern.compile(pattern).matcher(text).results().forEach(found -> into.add(found.group(1)));
        return into;
    }

    private List<JsonObject> panels() {
        return objects(dashboard.getAsJsonArray("panels"));
    }

    private List<JsonObject> targets() {
        return panels().stream()
                .filter(panel -> panel.has("targets"))
                .flatMap(panel -> objects(panel.getAsJsonArray("targets")).stream())
                .toList();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
