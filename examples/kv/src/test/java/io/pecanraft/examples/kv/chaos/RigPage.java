package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report of all rounds of a ledger: one page that needs nothing but a browser. */
final class RigPage {

    static final String NAME = "report.html";

    private static final int WIDTH = 900;
    private static final int GRAPH = 60;
    private static final int LANE = 13;
    private static final int MEDIAN = 50;
    private static final int SLOWEST = 99;

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>PecanRaft under fire</title>
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <style>
            :root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--good:#1a7f37;--bad:#cf222e;--fault:#bf8700}
            @media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#8b949e;--line:#30363d;--good:#3fb950;--bad:#f85149;--fault:#d29922}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--text);max-width:960px;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
            h2{margin:2rem 0 .2rem;font-size:1.05rem}p{margin:.2rem 0}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
            pre{color:var(--bad);white-space:pre-wrap;margin:.2rem 0}svg{width:100%;height:auto;display:block}
            svg text{font:9px system-ui,sans-serif;fill:var(--text)}
            .rate{fill:var(--good);opacity:.75}.fault{fill:var(--fault);opacity:.35}.axis{stroke:var(--line)}
            </style></head><body>
            """;

    private RigPage() {}

    static void write(Path directory, List<RoundResult> rounds, Collection<String> skipped) throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        summary(page, rounds, skipped);
        rounds.forEach(round -> round(page, round));
        page.append("</body></html>\n");
        Files.writeString(directory.resolve(NAME), page);
    }

    private static void summary(StringBuilder page, List<RoundResult> rounds, Collection<String> skipped) {
        long clean = rounds.stream().filter(RoundResult::isClean).count();
        page.append("<h1>PecanRaft under fire</h1>\n<table>\n");
        row(
                page,
                "Verdict",
                clean == rounds.size()
                        ? "<b class=\"good\">all " + clean
                                + " rounds clean</b>: linearizable, nothing acknowledged lost"
                        : "<b class=\"bad\">" + (rounds.size() - clean) + " of " + rounds.size()
                                + " rounds failed</b>");
        row(page, "Operations", total(rounds, true) + " answered, " + total(rounds, false) + " of unknown outcome");
        row(page, "Failover after kill -9 of the leader", failover(rounds));
        row(page, "Injected", escape(counts(rounds, true)));
        row(page, "Left out", escape(counts(rounds, false)));
        row(
                page,
                "Commits",
                escape(joined(
                        rounds.stream().map(RoundResult::commit).distinct().toList())));
        row(page, "Skipped", escape(String.join("; ", skipped)));
        page.append(
                "</table>\n<p class=\"soft\">Green: answers a second, over time. Bars: what was injected. A flat line under a fault that"
                        + " takes a majority away is what is right; it must end with the fault.</p>\n");
    }

    private static int total(List<RoundResult> rounds, boolean answered) {
        return rounds.stream()
                .mapToInt(round -> answered ? round.answered() : round.unknown())
                .sum();
    }

    private static String joined(List<String> names) {
        return String.join(", ", names);
    }

    private static void row(StringBuilder page, String name, String html) {
        page.append("<tr><th>").append(name).append("</th><td>").append(html).append("</td></tr>\n");
    }

    private static String failover(List<RoundResult> rounds) {
        List<Double> sorted = rounds.stream()
                .filter(round -> round.failoverMillis() >= 0)
                .map(round -> (double) round.failoverMillis() / round.electionMillis())
                .sorted()
                .toList();
        return sorted.isEmpty()
                ? "not measured"
                : String.format(
                        Locale.ROOT,
                        "median %.2f, p99 %.2f election timeouts, of %d kills",
                        percentile(sorted, MEDIAN),
                        percentile(sorted, SLOWEST),
                        sorted.size());
    }

    private static double percentile(List<Double> sorted, int percent) {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static String counts(List<RoundResult> rounds, boolean done) {
        Map<Injection.Kind, Long> counts = rounds.stream()
                .flatMap(round -> round.injections().stream())
                .filter(outcome -> outcome.done() == done)
                .collect(Collectors.groupingBy(Injector.Outcome::kind, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static void round(StringBuilder page, RoundResult round) {
        page.append("<h2 id=\"s").append(round.seed()).append("\">Seed ").append(round.seed());
        page.append(round.isClean() ? " <span class=\"good\">clean</span>" : " <span class=\"bad\">failed</span>");
        page.append("</h2>\n<p class=\"soft\">")
                .append(round.nodes())
                .append(" nodes, ")
                .append(round.answered())
                .append(" answered, ")
                .append(round.unknown())
                .append(" unknown, failover ")
                .append(round.failoverMillis())
                .append(" ms, resumed after ")
                .append(round.resumedMillis())
                .append(" ms, ")
                .append(escape(joined(round.javas())))
                .append(", ")
                .append(escape(round.commit()))
                .append("</p>\n");
        if (!round.isClean()) {
            page.append("<pre>")
                    .append(escape(String.join("\n", round.verdict())))
                    .append("</pre>\n");
        }
        picture(page, round);
    }

    private static void picture(StringBuilder page, RoundResult round) {
        List<Injector.Outcome> faults =
                round.injections().stream().filter(Injector.Outcome::done).toList();
        long end = Math.max(
                (long) round.answers().size() * round.bucketMillis(),
                faults.stream().mapToLong(Injector.Outcome::toMillis).max().orElse(1));
        double scale = (double) WIDTH / Math.max(1, end);
        int height = GRAPH + LANE * faults.size() + LANE;
        page.append("<svg role=\"img\" aria-label=\"answers over time\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(height)
                .append("\">\n<path class=\"rate\" d=\"M0 ")
                .append(GRAPH);
        int most = Math.max(
                1, round.answers().stream().mapToInt(Integer::intValue).max().orElse(1));
        for (int i = 0; i < round.answers().size(); i++) {
            double y = GRAPH - (GRAPH - 2.0) * round.answers().get(i) / most;
            point(page, i * round.bucketMillis() * scale, y);
            point(page, (i + 1) * round.bucketMillis() * scale, y);
        }
        point(page, round.answers().size() * round.bucketMillis() * scale, GRAPH);
        page.append("Z\"/>\n<path class=\"axis\" d=\"M0 ")
                .append(GRAPH)
                .append('H')
                .append(WIDTH)
                .append("\"/>\n");
        for (int i = 0; i < faults.size(); i++) {
            bar(page, faults.get(i), GRAPH + LANE * (i + 1), scale);
        }
        page.append("</svg>\n");
    }

    private static void point(StringBuilder page, double x, double y) {
        page.append(String.format(Locale.ROOT, "L%.1f %.1f", x, y));
    }

    private static void bar(StringBuilder page, Injector.Outcome fault, int y, double scale) {
        double from = fault.fromMillis() * scale;
        double width = Math.max(2, (fault.toMillis() - fault.fromMillis()) * scale);
        page.append(String.format(
                Locale.ROOT,
                "<rect class=\"fault\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                from,
                y - LANE + 4,
                width,
                LANE - 2));
        boolean late = from > WIDTH * 0.7;
        page.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                late ? from - 3 : from + 3,
                y,
                late ? "end" : "start",
                escape(fault.what())));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
