package io.pecanraft.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.stream.Stream;

/** Lines over a number, such as that of operations under way, both axes logarithmic, as SVG: a curve says more than its peak. */
final class Plot {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 400;
    private static final int LEFT = 80;
    private static final int RIGHT = 320;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final int LEGEND_STEP = 18;

    /** Told apart also by those who do not see red and green (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");

    private final String title;
    private final String axis;
    private final List<String> names = new ArrayList<>();
    private final List<NavigableMap<Integer, Summary>> lines = new ArrayList<>();

    Plot(String title, String axis) {
        this.title = title;
        this.axis = axis;
    }

    /** Adds a line; one without points is left out. */
    void add(String name, NavigableMap<Integer, Summary> line) {
        if (!line.isEmpty()) {
            names.add(name);
            lines.add(line);
        }
    }

    /** The picture. At least one line must have been added. */
    String toSvg() {
        double least = values().mapToDouble(Summary::least).min().orElseThrow();
        double greatest = values().mapToDouble(Summary::greatest).max().orElseThrow();
        Axis y = Axis.covering(least, greatest, HEIGHT - BOTTOM, TOP);
        Axis x = Axis.covering(
                lines.stream().mapToInt(NavigableMap::firstKey).min().orElseThrow(),
                lines.stream().mapToInt(NavigableMap::lastKey).max().orElseThrow(),
                LEFT,
                WIDTH - RIGHT);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        text(svg, LEFT, TOP / 2, "start", title);
        for (double tick : y.ticks()) {
            line(svg, LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
            text(svg, LEFT - 6, y.at(tick) + 4, "end", number(tick));
        }
        for (double tick : x.ticks()) {
            line(svg, x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
            text(svg, x.at(tick), HEIGHT - BOTTOM + 16, "middle", number(tick));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", axis);
        for (int i = 0; i < lines.size(); i++) {
            drawLine(svg, i, x, y);
        }
        return svg.append("</svg>\n").toString();
    }

    private Stream<Summary> values() {
        return lines.stream().flatMap(line -> line.values().stream());
    }

    private void drawLine(StringBuilder svg, int index, Axis x, Axis y) {
        String colour = COLOURS.get(index % COLOURS.size());
        StringBuilder points = new StringBuilder();
        lines.get(index).forEach((count, summary) -> {
            double at = x.at(count);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", at, y.at(summary.median())));
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n"
                            + "<path d=\"M%.1f %.1fV%.1f\" stroke=\"%s\"/>%n",
                    at,
                    y.at(summary.median()),
                    colour,
                    at,
                    y.at(summary.least()),
                    y.at(summary.greatest()),
                    colour));
        });
        svg.append(String.format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                points.toString().trim(), colour));
        double at = TOP + 10 + LEGEND_STEP * (double) index;
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%.0f\" width=\"12\" height=\"4\" fill=\"%s\"/>%n",
                WIDTH - RIGHT + 12,
                at,
                colour));
        text(svg, WIDTH - RIGHT + 30, at + 6, "start", names.get(index));
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
    }

    private static String number(double value) {
        return value < 1 ? Double.toString(value) : String.format(Locale.ROOT, "%,.0f", value);
    }

    /**
     * A logarithmic axis over whole decades.
     *
     * @param from the logarithm of its begin
     * @param to the logarithm of its end
     * @param start where it begins in the picture
     * @param end where it ends
     */
    private record Axis(int from, int to, double start, double end) {

        static Axis covering(double least, double greatest, double start, double end) {
            int from = (int) Math.floor(Math.log10(least));
            return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(greatest))), start, end);
        }

        double at(double value) {
            return start + (end - start) * (Math.log10(value) - from) / (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (int power = from; power <= to; power++) {
                ticks.add(Math.pow(10, power));
            }
            return ticks;
        }
    }
}
