package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The console in a real Chromium, over three nodes in this process. Pictures of it are in {@code target/it/console}. */
@TestMethodOrder(OrderAnnotation.class)
class ConsoleIT {

    private static final int[] WIDTHS = {1280, 820, 390};

    @TempDir
    static Path directory;

    private static InProcess three;
    private static final List<KvServer> servers = new ArrayList<>();
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Optional<Path> program = Browser.installed();
        if (program.isEmpty()) {
            System.out.println("[skipped] no Chromium is installed; install it to try the console");
        }
        assumeTrue(program.isPresent(), "no Chromium");
        three = new InProcess(directory, 3);
        for (int i = 0; i < 3; i++) {
            servers.add(KvServer.start(three.settings(i)));
        }
        browser = new Browser(program.get(), directory.resolve("browser"));
        try (Jedis jedis = ProcessCluster.client(three.clients(0))) {
            await().atMost(ProcessCluster.PATIENCE).untilAsserted(() -> {
                assertThat(jedis.clusterNodes().lines()).hasSize(3);
                assertThat(jedis.clusterNodes()).contains("master");
            });
            for (int i = 0; i < 50; i++) {
                jedis.set("k" + i, "v");
            }
        }
        browser.size(1280, 900);
        browser.open("http://" + three.http(0) + "/");
        see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        servers.forEach(KvServer::close);
    }

    @BeforeEach
    void nothingIsOpen() {
        assertThat(browser.evaluate("String(document.getElementById('confirm').open)"))
                .isEqualTo("false");
    }

    @Test
    @Order(1)
    void showsAllNodesAndWhoLeads() {
        see("String(document.querySelectorAll('.node').length)", "3");
        see("String(document.querySelectorAll('.badge.leader').length)", "1");
        see("document.getElementById('tile-keys').textContent", "50");
        see("String(document.querySelectorAll('#members li').length)", "3");
        see("String(document.querySelectorAll('#chart-roles rect').length >= 3)", "true");
        see("String([...document.querySelectorAll('#events li.leader')].length > 0)", "true");
    }

    @Test
    @Order(2)
    void fitsEveryWidthInLightAndDark() throws IOException {
        Path pictures = Program.freshDirectory("console");
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : WIDTHS) {
                browser.dark(dark);
                browser.size(width, 900);
                see("String(innerWidth)", Integer.toString(width));
                assertThat(browser.evaluate("String(document.documentElement.scrollWidth)"))
                        .as("nothing to scroll sideways")
                        .isEqualTo(Integer.toString(width));
                browser.picture(pictures.resolve((dark ? "dark-" : "light-") + width + ".png"));
            }
        }
        browser.size(1280, 900);
        browser.dark(false);
    }

    @Test
    @Order(3)
    void nothingHappensUnlessItIsConfirmed() {
        String follower = follower();
        click(follower, "transfer");
        see("String(document.getElementById('confirm').open)", "true");
        see("document.activeElement.id", "confirm-no");
        browser.press("Escape");
        see("String(document.getElementById('confirm').open)", "false");
        assertThat(follower()).isEqualTo(follower);
    }

    @Test
    @Order(4)
    void leadershipIsHandedOverByTheKeyboardAlone() {
        String follower = follower();
        browser.evaluate("document.querySelector('[data-node=" + follower + "] [data-action=transfer]').focus()");
        browser.press("Enter");
        see("String(document.getElementById('confirm').open)", "true");
        browser.press("Tab");
        see("document.activeElement.id", "confirm-yes");
        browser.press("Enter");
        see("document.querySelector('.badge.leader').closest('.node').dataset.node", follower);
        see("document.getElementById('toast').textContent", follower + " leads now");
    }

    @Test
    @Order(5)
    void aSnapshotIsTakenOnAnotherNode() {
        click("n3", "snapshot");
        browser.evaluate("document.getElementById('confirm-yes').click()");
        see("String(document.getElementById('toast').textContent.startsWith('Snapshot at index'))", "true");
        see("String(document.querySelector('[data-node=n3]').textContent.includes('Snapshotnone'))", "false");
    }

    @Test
    @Order(6)
    void aNodeThatIsGoneIsShownAndCanBeRemoved() {
        servers.get(2).close();
        see("document.getElementById('verdict-title').textContent", "n3 unreachable");
        see("document.querySelector('[data-node=n3] .badge').textContent", "unreachable");
        click("n3", "remove");
        browser.evaluate("document.getElementById('confirm-yes').click()");
        see("String(document.querySelectorAll('.node').length)", "2");
        see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @Test
    @Order(7)
    void whatIsWrongIsSaid() {
        browser.evaluate(
                "{ const add = document.getElementById('add'); add.node.value = 'n/4'; add.address.value = 'h:1';"
                        + " add.requestSubmit(); }");
        see("String(document.getElementById('confirm').open)", "true");
        browser.evaluate("document.getElementById('confirm-yes').click()");
        see("String(document.getElementById('toast').textContent.startsWith('Not done: node id must be'))", "true");
        see("document.getElementById('toast').className", "bad");
    }

    @Test
    @Order(8)
    void theBrowserHasNothingToComplainOf() {
        // What a refusal looks like to the browser is a 400; everything else would be ours to mend.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("status of 400"));
    }

    private static String follower() {
        return browser.evaluate("document.querySelector('.badge.follower').closest('.node').dataset.node");
    }

    private static void click(String node, String action) {
        browser.evaluate("document.querySelector('[data-node=" + node + "] [data-action=" + action + "]').click()");
    }

    private static void see(String expression, String value) {
        await().atMost(ProcessCluster.PATIENCE)
                .untilAsserted(() -> assertThat(browser.evaluate(expression)).isEqualTo(value));
    }
}
