package io.pecanraft.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every metric in the tables, of the library and of the key-value server, has a meaning and something to do about it. */
class MetricTablesTest {

    private static final Pattern ROW = Pattern.compile("\\| `((?:raft\\.|kv_)[^`]+)` \\|(.*?)\\|(.*)\\|");

    @Test
    void noMetricIsWithoutAMeaningOrWithoutAnythingToDo() throws IOException {
        List<String> blank = new ArrayList<>();
        int rows = 0;
        for (Path page : Stream.of("docs/metrics.md", "docs/operations.md")
                .map(Documents.ROOT::resolve)
                .toList()) {
            for (String line : Documents.prose(page)) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    rows++;
                    if (row.group(2).isBlank() || row.group(3).isBlank()) {
                        blank.add(row.group(1));
                    }
                }
            }
        }
        assertThat(blank).isEmpty();
        assertThat(rows).isGreaterThan(40);
    }
}
