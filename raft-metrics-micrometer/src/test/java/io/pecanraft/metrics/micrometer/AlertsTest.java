package io.pecanraft.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pecanraft.RaftNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alerting rules ask for what nodes show, and each is explained where people look at night. */
class AlertsTest {

    private static final Path RULES = Path.of("../docs/grafana/alerts.yml");
    private static final Path OPERATIONS = Path.of("../docs/operations.md");

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void everyMetricOfARuleExists() throws IOException, ReflectiveOperationException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String scrape;
        try (RaftNode node = EveryMeter.show(registry, MicrometerMetrics.of(registry, EveryMeter.GROUP))) {
            assertThat(node.status()).isNotNull();
            scrape = registry.scrape();
        }
        Set<String> samples = scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> expressions = all("^ +expr: (.+)$", Files.readString(RULES));
        assertThat(expressions)
                .isNotEmpty()
                .allSatisfy(expression -> assertThat(all("\\b(raft_[a-z_]+)", expression))
                        .isNotEmpty()
                        .isSubsetOf(samples));
    }

    @Test
    void everyRuleSaysHowUrgentItIsAndWhatToDoAndStandsInTheTableOfTheNight() throws IOException {
        String rules = Files.readString(RULES);
        List<String> alerts = all("^ +- alert: (.+)$", rules);
        assertThat(all("^ +labels: \\{ severity: (page|ticket) }$", rules)).hasSameSizeAs(alerts);
        assertThat(all("^ +summary: (.+)$", rules)).hasSameSizeAs(alerts);
        assertThat(all("^ +description: (.+)$", rules)).hasSameSizeAs(alerts);
        assertThat(all("^\\| `(Raft[A-Za-z]+)` \\|", Files.readString(OPERATIONS)))
                .containsExactlyInAnyOrderElementsOf(alerts);
    }
}
