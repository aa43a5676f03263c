package io.pecanraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/scenarios.md} is true: every test that it names is there, and speaks of the case it is named for. */
class ScenarioTableTest {

    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d\\d) \\| (.+) \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @Test
    void everyRowNamesTestsThatSpeakOfItsCase() throws IOException {
        Map<String, String> tests = TestSources.byName();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(TestSources.ROOT.resolve("docs/scenarios.md"))) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                continue;
            }
            rows++;
            String id = row.group(1);
            Matcher name = NAME.matcher(row.group(3));
            boolean any = false;
            while (name.find()) {
                any = true;
                String text = tests.get(name.group(1));
                if (text == null || !text.contains(id)) {
                    wrong.add(id + ": " + name.group(1) + (text == null ? " does not exist" : " does not speak of it"));
                }
            }
            if (!any) {
                wrong.add(id + ": no test");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThanOrEqualTo(95);
    }
}
