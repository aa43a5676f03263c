package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;

/** A page in a real Chromium that shows a card for each node with buttons for it: the console, and that of chaos. */
final class NodesPage implements AutoCloseable {

    private static final int[] WIDTHS = {1280, 820, 390};
    private static final int HEIGHT = 900;

    /** They are drawn for the width that they have, and not stretched. */
    private static final String CHARTS_FIT = "[...document.querySelectorAll('.chart')].every(each =>"
            + " each.querySelector('svg').viewBox.baseVal.width === Math.max(260, each.clientWidth))";

    /** What of a card is wider than its place, which hides the rest. */
    private static final String CUT = "[...document.querySelectorAll('.node, .node *')].filter(each =>"
            + " each.clientWidth && each.scrollWidth > each.clientWidth).map(each => each.textContent).join()";

    private static final int MIN_STOPS = 5;
    private static final int MAX_STOPS = 60;

    /** Behind the last stop comes the document itself, which needs no frame, and then the first stop again. */
    private static final String SEEN = "(at => { const style = getComputedStyle(at), box = at.getBoundingClientRect();"
            + " return String(at === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2"
            + " && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth); })(document.activeElement)";

    private final Browser browser;

    private NodesPage(Browser browser) {
        this.browser = browser;
    }

    /** Starts a browser; where none is installed, the test ends here. */
    static NodesPage inABrowser(Path profile) throws IOException, InterruptedException {
        return new NodesPage(new Browser(InstalledProgram.require(Browser.installed(), "Chromium"), profile));
    }

    void open(HostPort server) {
        browser.size(WIDTHS[0], HEIGHT);
        browser.open("http://" + server + "/");
    }

    Browser browser() {
        return browser;
    }

    String evaluate(String expression) {
        return browser.evaluate(expression);
    }

    /** Presses a button of a node. */
    void click(String node, String action) {
        evaluate(button(node, action) + ".click()");
    }

    /** Puts the keyboard on a button of a node. */
    void focus(String node, String action) {
        evaluate(button(node, action) + ".focus()");
    }

    private static String button(String node, String action) {
        return "document.querySelector('[data-node=" + node + "] [data-action=" + action + "]')";
    }

    /** Waits until an expression has this value. */
    void see(String expression, String value) {
        await().atMost(ProcessCluster.PATIENCE)
                .untilAsserted(() -> assertThat(evaluate(expression)).isEqualTo(value));
    }

    /** Waits until a condition holds. */
    void seeThat(String condition) {
        see("String(" + condition + ")", "true");
    }

    /** Waits until the cards of the nodes have been replaced. */
    void seeAnotherSample() {
        evaluate("document.querySelectorAll('.node').forEach(each => { each.dataset.old = 'yes'; })");
        seeThat("document.querySelector('.node[data-old]') === null");
    }

    /** From now on the page is told what this statement makes of {@code view}, the server's answer. */
    void pretend(String path, String statement) {
        evaluate("{ const ask = window.honest ??= window.fetch; window.fetch = async (...asked) => {"
                + " const answer = await ask(...asked); if (asked[0] !== '" + path + "') return answer;"
                + " const view = await answer.json(); " + statement
                + "; return new Response(JSON.stringify(view)); }; void 0; }");
        seeAnotherSample();
    }

    /** The page is told the truth again. */
    void pretendNothing() {
        if (evaluate("String(!!window.honest && window.fetch !== window.honest)")
                .equals("true")) {
            evaluate("window.fetch = window.honest; void 0");
            seeAnotherSample();
        }
    }

    /** Where the keyboard is: on which button of which node, or on its link; or on what by its id. */
    String keyboard() {
        return evaluate(
                "(at => at.closest('.node') ? at.closest('.node').dataset.node + ' ' + (at.dataset.action ?? at.tagName) : at.id)"
                        + "(document.activeElement)");
    }

    /** Waits until the keyboard is there. */
    void seeKeyboard(String where) {
        await().atMost(ProcessCluster.PATIENCE)
                .untilAsserted(() -> assertThat(keyboard()).isEqualTo(where));
    }

    /** Waits until the page is drawn so. */
    void show(boolean dark, int width) {
        browser.dark(dark);
        browser.size(width, HEIGHT);
        see("String(innerWidth)", Integer.toString(width));
        seeThat(CHARTS_FIT);
    }

    /** At a desk, on a tablet and on a phone, by day and by night, nothing is to be scrolled sideways. Leaves the pictures, and the page as it was. */
    void fitsEveryWidthInLightAndDark(Path pictures) throws IOException {
        for (boolean dark : new boolean[] {true, false}) {
            for (int width : WIDTHS) {
                show(dark, width);
                assertThat(evaluate("String(document.documentElement.scrollWidth)"))
                        .as("nothing to scroll sideways")
                        .isEqualTo(Integer.toString(width));
                assertThat(evaluate(CUT)).as("nothing of a card is cut").isEmpty();
                browser.picture(pictures.resolve((dark ? "dark-" : "light-") + width + ".png"));
            }
        }
        browser.size(WIDTHS[0], HEIGHT);
    }

    /** Goes forward through the whole page, once: something is drawn around whatever keys would act on, and it is on the screen. */
    void theKeyboardIsSeenEverywhere() {
        for (int width : WIDTHS) {
            show(width < WIDTHS[0], width);
            evaluate("document.querySelector('.skip').focus()");
            int stops = 0;
            do {
                browser.press("Tab");
                assertThat(++stops).as("stops").isLessThan(MAX_STOPS);
                assertThat(evaluate(SEEN))
                        .as("the keyboard on '%s' at %d", keyboard(), width)
                        .isEqualTo("true");
            } while (!evaluate("document.activeElement.className").equals("skip"));
            assertThat(stops).as("stops").isGreaterThan(MIN_STOPS);
        }
        show(false, WIDTHS[0]);
    }

    @Override
    public void close() {
        browser.close();
    }
}
