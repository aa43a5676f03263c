package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv cluster --chaos} as a newcomer meets it: real processes, a real Chromium. Pictures are in {@code target/it/chaos}. */
@TestMethodOrder(OrderAnnotation.class)
class ChaosIT {

    private static final int[] WIDTHS = {1280, 820, 390};
    private static final String VERDICT = "document.getElementById('verdict').className";
    private static final String LEADER =
            "(document.querySelector('.badge.leader')?.closest('.node').dataset.node ?? '')";

    @TempDir
    static Path profile;

    private static final Path directory = Program.freshDirectory("chaos");
    private static final int base = unusedBase();
    private static Process cluster;
    private static Browser browser;
    private static List<ProcessHandle> nodes;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Optional<Path> program = Browser.installed();
        if (program.isEmpty()) {
            System.out.println("[skipped] no Chromium is installed; install it to try the page of chaos");
        }
        assumeTrue(program.isPresent(), "no Chromium");
        Path output = directory.resolve("cluster.out");
        cluster = Program.start(
                output,
                Program.command(
                        "cluster",
                        "--chaos",
                        "--chaos-seed",
                        "42",
                        "--base-port",
                        String.valueOf(base),
                        "--data",
                        directory.resolve("data").toString()));
        await().atMost(ProcessCluster.PATIENCE.multipliedBy(2)).until(() -> {
            assertThat(cluster.isAlive()).as(Program.read(output)).isTrue();
            return Program.read(output).contains("http://127.0.0.1:" + (base + 3_000) + "/  (seed 42)");
        });
        nodes = cluster.children().toList();
        browser = new Browser(program.get(), profile.resolve("browser"));
        browser.size(1280, 900);
        browser.open("http://127.0.0.1:" + (base + 3_000) + "/");
        see(VERDICT, "verdict good");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (cluster != null) {
            cluster.descendants().forEach(ProcessHandle::destroyForcibly);
            cluster.destroyForcibly();
        }
    }

    @Test
    @Order(1)
    void theLeaderIsKilledAndTheClusterHeals() {
        String victim = leader();
        click(victim, "kill");
        see(badges(victim), "down");
        seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        seeEvent("Writes went on", victim + " was killed with -9");
        judgedAnew();
        click(victim, "start");
        see(badges(victim), "follower");
        judgedAnew();
        Program.report("chaos: %s", browser.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(2)
    void theLeaderIsCutOffAndTheOthersGoOnWithoutIt() {
        String victim = leader();
        click(victim, "cut");
        see(badges(victim), "cut off");
        seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        seeEvent("Writes went on", victim + " was cut off from the others");
        judgedAnew();
        click(victim, "heal");
        // It follows the new leader again, so messages pass.
        seeThat("document.querySelector('[data-node=" + victim + "]').textContent.includes('Follows' + " + LEADER
                + ")");
        judgedAnew();
        Program.report("chaos: %s", browser.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(3)
    void theLeaderIsPausedByTheKeyboardAlone() {
        String victim = leader();
        browser.evaluate("document.querySelector('[data-node=" + victim + "] [data-action=pause]').focus()");
        browser.press("Enter");
        see(badges(victim), "paused");
        seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        judgedAnew();
        see("document.activeElement.dataset.action", "continue");
        browser.press("Enter");
        see(badges(victim), "follower");
        judgedAnew();
        Program.report("chaos: %s", browser.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(4)
    void surprisesComeAndGo() {
        browser.evaluate("document.getElementById('surprise').click()");
        see("document.getElementById('surprise').getAttribute('aria-pressed')", "true");
        see("document.getElementById('seed').textContent", "seed 42");
        seeThat("document.querySelectorAll('.node.hurt, .node.down').length === 1");
        browser.evaluate("document.getElementById('surprise').click()");
        seeThat("document.querySelectorAll('.node.hurt, .node.down').length === 0");
        see("String(document.querySelectorAll('.badge.follower').length)", "2");
        judgedAnew();
    }

    @Test
    @Order(5)
    void whatMakesNoSenseIsRefusedWithASentence() throws Exception {
        assertThat(post("{\"action\":\"kill\",\"node\":\"n9\"}", "page"))
                .isEqualTo("400 {\"message\":\"not done: there is no node 'n9'; there are n1, n2, n3\"}");
        assertThat(post("{\"action\":\"heal\",\"node\":\"n1\"}", "page"))
                .isEqualTo("409 {\"message\":\"not done: n1 is not cut off\"}");
        assertThat(post("{\"action\":\"start\",\"node\":\"n1\"}", "page"))
                .startsWith("409")
                .contains("n1 is running already");
        assertThat(post("{\"action\":\"explode\",\"node\":\"n1\"}", "page"))
                .startsWith("400")
                .contains("there is no action");
        assertThat(post("[]", "page")).startsWith("400").contains("is missing");
        assertThat(post("{\"action\":\"kill\",\"node\":\"n1\"}", "")).startsWith("403");
        assertThat(browser.evaluate(VERDICT)).isEqualTo("verdict good");
    }

    @Test
    @Order(6)
    void fitsEveryWidthInLightAndDark() throws IOException {
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : WIDTHS) {
                browser.dark(dark);
                browser.size(width, 900);
                see("String(innerWidth)", Integer.toString(width));
                assertThat(browser.evaluate("String(document.documentElement.scrollWidth)"))
                        .as("nothing to scroll sideways")
                        .isEqualTo(Integer.toString(width));
                browser.picture(directory.resolve((dark ? "dark-" : "light-") + width + ".png"));
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @Order(7)
    void nothingIsLeftWhenItEndsWhileANodeIsPaused() throws InterruptedException {
        click("n2", "pause");
        see(badges("n2"), "paused");
        List<ProcessHandle> all = cluster.descendants().toList();
        cluster.destroy();
        assertThat(cluster.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(cluster.exitValue()).isEqualTo(128 + 15);
        await().atMost(ProcessCluster.PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        assertThat(Program.read(directory.resolve("cluster.out")))
                .contains("Stopping 3 nodes")
                .doesNotContain("did not end within");
    }

    private static String leader() {
        seeThat(LEADER + " !== ''");
        return browser.evaluate(LEADER);
    }

    private static String badges(String node) {
        return "document.querySelector('[data-node=" + node + "] .badge').textContent";
    }

    private static void click(String node, String action) {
        browser.evaluate("document.querySelector('[data-node=" + node + "] [data-action=" + action + "]').click()");
    }

    private static void seeEvent(String beginning, String end) {
        seeThat("[...document.querySelectorAll('#events li span')].some(each => each.textContent.startsWith('"
                + beginning + "') && each.textContent.endsWith('" + end + "'))");
    }

    /** Waits for two windows that were judged from now on, so for one at least that began now; and all that were are good. */
    private static void judgedAnew() {
        String windows = "document.getElementById('verdict-text').textContent.match(/^[0-9,]+/)[0].replace(',', '')";
        int now = Integer.parseInt(browser.evaluate(windows));
        await().atMost(ProcessCluster.PATIENCE).until(() -> {
            assertThat(browser.evaluate(VERDICT)).isEqualTo("verdict good");
            return Integer.parseInt(browser.evaluate(windows)) >= now + 2;
        });
    }

    private static void see(String expression, String value) {
        await().atMost(ProcessCluster.PATIENCE)
                .untilAsserted(() -> assertThat(browser.evaluate(expression)).isEqualTo(value));
    }

    private static void seeThat(String condition) {
        see("String(" + condition + ")", "true");
    }

    private static String post(String body, String mark) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + (base + 3_000) + "/api/act"))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!mark.isEmpty()) {
            request.header("X-PecanRaft-Console", mark);
        }
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** Free with all that a cluster uses at the moment, below the range from which the system takes its own. */
    private static int unusedBase() {
        for (int candidate = 21_011; candidate < 29_000; candidate += 17) {
            if (isUnused(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no free ports");
    }

    private static boolean isUnused(int candidate) {
        for (int offset : new int[] {0, 1, 2, 1_000, 1_001, 1_002, 2_000, 2_001, 2_002, 3_000}) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate + offset));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
