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

/** {@code docs/paper.md} is true: every row names a test, and every test that it names is there. */
class PaperTableTest {

    private static final Pattern ROW =
            Pattern.compile("\\| ([^|]*(?:§|Figure|Ongaro)[^|]*) \\| ([^|]+) \\| ([^|]*) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

    @Test
    void everySentenceHasATest() throws IOException {
        Map<String, String> tests = TestSources.byName();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(TestSources.ROOT.resolve("docs/paper.md"))) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                continue;
            }
            rows++;
            Matcher test = TEST.matcher(row.group(3));
            boolean any = false;
            while (test.find()) {
                any = true;
                if (!tests.getOrDefault(test.group(1), "").contains("void " + test.group(2) + "(")) {
                    wrong.add(row.group(2) + ": there is no " + test.group());
                }
            }
            if (!any) {
                wrong.add(row.group(2) + ": no test");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThanOrEqualTo(80);
    }
}
