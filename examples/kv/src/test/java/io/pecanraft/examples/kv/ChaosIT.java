package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    private static final String VERDICT = "document.getElementById('verdict').className";
    private static final String LEADER =
            "(document.querySelector('.badge.leader')?.closest('.node').dataset.node ?? '')";

    @TempDir
    static Path profile;

    private static final Path directory = Program.freshDirectory("chaos");
    private static final int base = Program.unusedBase(21_011);
    private static Process cluster;
    private static NodesPage page;
    private static List<ProcessHandle> nodes;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        page = NodesPage.inABrowser(profile.resolve("browser"));
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
                        directory.resolve("data").toString(),
                        "--",
                        "--segment-bytes",
                        ProcessCluster.SEGMENT_BYTES));
        await().atMost(ProcessCluster.PATIENCE.multipliedBy(2)).until(() -> {
            assertThat(cluster.isAlive()).as(Program.read(output)).isTrue();
            return Program.read(output).contains("http://127.0.0.1:" + (base + 3_000) + "/  (seed 42)");
        });
        nodes = cluster.children().toList();
        page.open(new HostPort("127.0.0.1", base + 3_000));
        page.see(VERDICT, "verdict good");
    }

    @AfterAll
    static void stop() {
        if (page != null) {
            page.close();
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
        page.click(victim, "kill");
        page.see(badges(victim), "down");
        page.seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        seeEvent("Writes went on", victim + " was killed with -9");
        judgedAnew();
        page.click(victim, "start");
        page.see(badges(victim), "follower");
        judgedAnew();
        Program.report("chaos: %s", page.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(2)
    void theLeaderIsCutOffAndTheOthersGoOnWithoutIt() {
        String victim = leader();
        page.click(victim, "cut");
        page.see(badges(victim), "cut off");
        page.seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        seeEvent("Writes went on", victim + " was cut off from the others");
        judgedAnew();
        page.click(victim, "heal");
        // It follows the new leader again, so messages pass.
        page.seeThat("document.querySelector('[data-node=" + victim + "]').textContent.includes('Follows' + " + LEADER
                + ")");
        judgedAnew();
        Program.report("chaos: %s", page.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(3)
    void theLeaderIsPausedByTheKeyboardAlone() {
        String victim = leader();
        page.focus(victim, "pause");
        page.browser().press("Enter");
        page.see(badges(victim), "paused");
        page.seeThat(LEADER + " !== '' && " + LEADER + " !== '" + victim + "'");
        judgedAnew();
        page.see("document.activeElement.dataset.action", "continue");
        page.browser().press("Enter");
        page.see(badges(victim), "follower");
        judgedAnew();
        Program.report("chaos: %s", page.evaluate("document.querySelector('#events li.healed').textContent"));
    }

    @Test
    @Order(4)
    void surprisesComeAndGo() {
        page.evaluate("document.getElementById('surprise').click()");
        page.see("document.getElementById('surprise').getAttribute('aria-pressed')", "true");
        page.see("document.getElementById('seed').textContent", "seed 42");
        page.seeThat("document.querySelectorAll('.node.hurt, .node.down').length === 1");
        page.evaluate("document.getElementById('surprise').click()");
        page.seeThat("document.querySelectorAll('.node.hurt, .node.down').length === 0");
        page.see("String(document.querySelectorAll('.badge.follower').length)", "2");
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
        assertThat(page.evaluate(VERDICT)).isEqualTo("verdict good");
    }

    @Test
    @Order(6)
    void fitsEveryWidthInLightAndDark() throws IOException {
        page.fitsEveryWidthInLightAndDark(directory);
        page.theKeyboardIsSeenEverywhere();
        page.evaluate("document.querySelector('[data-node=n2] a').focus()");
        page.seeAnotherSample();
        assertThat(page.keyboard()).isEqualTo("n2 A");
        assertThat(page.browser().accessible("region"))
                .containsExactly("What the clients see", "Nodes", "What happened", "What is judged");
        assertThat(page.browser().complaints()).isEmpty();
    }

    @Test
    @Order(7)
    void nothingIsLeftWhenItEndsWhileANodeIsPaused() throws InterruptedException {
        page.click("n2", "pause");
        page.see(badges("n2"), "paused");
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
        page.seeThat(LEADER + " !== ''");
        return page.evaluate(LEADER);
    }

    private static String badges(String node) {
        return "document.querySelector('[data-node=" + node + "] .badge').textContent";
    }

    private static void seeEvent(String beginning, String end) {
        page.seeThat("[...document.querySelectorAll('#events li span')].some(each => each.textContent.startsWith('"
                + beginning + "') && each.textContent.endsWith('" + end + "'))");
    }

    /** Waits for two windows that were judged from now on, so for one at least that began now; and all that were are good. */
    private static void judgedAnew() {
        String windows = "document.getElementById('verdict-text').textContent.match(/^[0-9,]+/)[0].replace(',', '')";
        int now = Integer.parseInt(page.evaluate(windows));
        await().atMost(ProcessCluster.PATIENCE).until(() -> {
            assertThat(page.evaluate(VERDICT)).isEqualTo("verdict good");
            return Integer.parseInt(page.evaluate(windows)) >= now + 2;
        });
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
}
