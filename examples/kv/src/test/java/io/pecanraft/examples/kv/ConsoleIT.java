package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private static final String CHART = "document.getElementById('chart-throughput')";

    @TempDir
    static Path directory;

    private static InProcess three;
    private static final List<KvServer> servers = new ArrayList<>();
    private static NodesPage page;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        page = NodesPage.inABrowser(directory.resolve("browser"));
        three = new InProcess(directory, 3);
        for (int i = 0; i < 3; i++) {
            servers.add(KvServer.start(three.settings(i)));
        }
        try (Jedis jedis = ProcessCluster.client(three.clients(0))) {
            await().atMost(ProcessCluster.PATIENCE).untilAsserted(() -> {
                assertThat(jedis.clusterNodes().lines()).hasSize(3);
                assertThat(jedis.clusterNodes()).contains("master");
            });
            for (int i = 0; i < 50; i++) {
                jedis.set("k" + i, "v");
            }
        }
        page.open(three.http(0));
        page.see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @AfterAll
    static void stop() {
        if (page != null) {
            page.close();
        }
        servers.forEach(KvServer::close);
    }

    @BeforeEach
    void nothingIsOpenOrPretended() {
        page.pretendNothing();
        assertThat(page.evaluate("String(document.getElementById('confirm').open)"))
                .isEqualTo("false");
    }

    @Test
    @Order(1)
    void showsAllNodesAndWhoLeads() {
        page.see("String(document.querySelectorAll('.node').length)", "3");
        page.see("String(document.querySelectorAll('.badge.leader').length)", "1");
        page.see("document.getElementById('tile-keys').textContent", "50");
        page.see("String(document.querySelectorAll('#members li').length)", "3");
        page.see("String(document.querySelectorAll('#chart-roles rect').length >= 3)", "true");
        page.see("String([...document.querySelectorAll('#events li.leader')].length > 0)", "true");
    }

    @Test
    @Order(2)
    void fitsEveryWidthInLightAndDark() throws IOException {
        page.fitsEveryWidthInLightAndDark(Program.freshDirectory("console"));
    }

    @Test
    @Order(2)
    void theKeyboardIsSeenWhereverItIs() {
        page.theKeyboardIsSeenEverywhere();
    }

    @Test
    @Order(3)
    void aPausedPageStandsStill() {
        page.evaluate("document.getElementById('pause').click()");
        page.see("document.getElementById('pause').textContent", "Go on");
        try (Jedis jedis = ProcessCluster.client(three.clients(0))) {
            jedis.set("another", "v");
        }
        assertThat(page.evaluate("document.getElementById('tile-keys').textContent"))
                .isEqualTo("50");
        page.evaluate("document.getElementById('pause').click()");
        page.see("document.getElementById('tile-keys').textContent", "51");
    }

    @Test
    @Order(4)
    void nothingHappensUnlessItIsConfirmed() {
        String follower = follower();
        page.click(follower, "transfer");
        page.see("String(document.getElementById('confirm').open)", "true");
        page.see("document.activeElement.id", "confirm-no");
        page.browser().press("Escape");
        page.see("String(document.getElementById('confirm').open)", "false");
        assertThat(follower()).isEqualTo(follower);
    }

    @Test
    @Order(4)
    void theKeyboardIsWhereItWasAfterAQuestion() {
        String follower = follower();
        page.focus(follower, "remove");
        page.browser().press("Enter");
        page.see("String(document.getElementById('confirm').open)", "true");
        page.seeAnotherSample();
        page.browser().press("Escape");
        page.seeKeyboard(follower + " remove");
        page.seeAnotherSample();
        assertThat(page.keyboard()).isEqualTo(follower + " remove");
    }

    @Test
    @Order(4)
    void aSampleDoesNotScrollBackToTheKeyboard() {
        page.focus(follower(), "remove");
        page.evaluate("void scrollTo(0, document.body.scrollHeight)");
        String place = page.evaluate("String(scrollY)");
        assertThat(place).isNotEqualTo("0");
        page.seeAnotherSample();
        assertThat(page.evaluate("String(scrollY)")).isEqualTo(place);
    }

    @Test
    @Order(5)
    void leadershipIsHandedOverByTheKeyboardAlone() {
        String follower = follower();
        page.focus(follower, "transfer");
        page.browser().press("Enter");
        page.see("String(document.getElementById('confirm').open)", "true");
        page.browser().press("Tab");
        page.see("document.activeElement.id", "confirm-yes");
        page.browser().press("Enter");
        page.see("document.querySelector('.badge.leader').closest('.node').dataset.node", follower);
        page.see("document.getElementById('toast').textContent", follower + " leads now");
        // A leader has no button to make it the leader.
        page.seeKeyboard("nodes");
    }

    @Test
    @Order(6)
    void pastValuesInAChartAreReachedByTheKeyboardAlone() {
        page.evaluate("document.getElementById('chart-throughput').focus()");
        page.see("document.activeElement.id", "chart-throughput");
        page.browser().press("ArrowLeft");
        page.browser().press("ArrowLeft");
        page.see(CHART + ".querySelector('.legend li:last-child').textContent", "2 s ago");
        page.see(CHART + ".querySelector('.cursor').getAttribute('visibility')", "visible");
        page.seeThat(CHART + ".getAttribute('aria-valuetext').startsWith('2 s ago: requests ')");
        page.browser().press("ArrowRight");
        page.seeThat(CHART + ".getAttribute('aria-valuetext').startsWith('1 s ago: requests ')");
        page.browser().press("Home");
        page.seeThat(CHART + ".getAttribute('aria-valuenow') === " + CHART + ".getAttribute('aria-valuemin')");
        page.browser().press("Tab");
        page.see("document.activeElement.id", "chart-commit");
        page.see(CHART + ".querySelector('.cursor').getAttribute('visibility')", "hidden");
    }

    @Test
    @Order(7)
    void aSnapshotIsTakenOnAnotherNode() {
        page.click("n3", "snapshot");
        page.evaluate("document.getElementById('confirm-yes').click()");
        page.see("String(document.getElementById('toast').textContent.startsWith('Snapshot at index'))", "true");
        page.see("String(document.querySelector('[data-node=n3]').textContent.includes('Snapshotnone'))", "false");
        page.seeThat("/Snapshot[0-9]+ ?[0-9.]+ k?B/.test(document.querySelector('[data-node=n3]').textContent)");
    }

    @Test
    @Order(7)
    void anAnswerIsAnnouncedAndGoes() {
        page.see("document.getElementById('toast').textContent", "");
        // A live region that was not there before its text is not read out: the verdict's, and that of answers.
        assertThat(page.browser().accessible("status")).hasSize(2);
        assertThat(page.evaluate("String(document.getElementById('toast').getBoundingClientRect().height)"))
                .as("nothing is seen of it")
                .isEqualTo("0");
    }

    @Test
    @Order(7)
    void theSilenceOfAFollowerIsSaidInWords() {
        String follower = follower();
        String card = "document.querySelector('[data-node=" + follower + "]').textContent";
        page.seeThat("!" + card + ".includes('silent')");
        page.pretend(
                "/api/status",
                "view.nodes.flatMap(each => each.status.followers).filter(each => each.node === '" + follower + "')"
                        + ".forEach(each => { each.millisSinceContact = 2500; each.replication = 'SNAPSHOT'; })");
        page.seeThat(card + ".includes('silent for 2 s')");
        page.seeThat(card + ".includes('is sent a snapshot')");
    }

    @Test
    @Order(7)
    void whatIsLongIsNotCut() throws IOException {
        page.pretend(
                "/api/status",
                "for (const { status } of view.nodes) { for (const index of ['commitIndex', 'appliedIndex', 'durableIndex',"
                        + " 'lastIndex', 'firstIndex', 'snapshotIndex']) status[index] += 9876543210; status.term = 12345;"
                        + " status.uptimeMillis += 1e10; status.storage.segments = 1234;"
                        + " status.followers.forEach(each => { each.lagEntries = 1234567; each.millisSinceContact = 70000;"
                        + " each.replication = 'PROBE'; }) }");
        page.fitsEveryWidthInLightAndDark(Program.freshDirectory("console-long"));
    }

    @Test
    @Order(7)
    void theRegionsOfThePageAreNamed() {
        assertThat(page.browser().accessible("region"))
                .containsExactly("Figures", "Nodes", "Over time", "Events", "Members");
    }

    @Test
    @Order(7)
    void aNodeThatReadsItsLogSaysSo() {
        page.pretend(
                "/api/status",
                "view.nodes.length = 1; Object.assign(view.nodes[0].status, { state: 'RECOVERING', role: 'FORMING',"
                        + " standing: 'FORMING', term: 0, leader: null, members: [], followers: [] })");
        page.see("document.getElementById('verdict-title').textContent", "Reads its log");
        page.see("document.getElementById('verdict').className", "verdict warn");
        page.see("document.querySelector('[data-node=n1] .badge').textContent", "recovering");
        assertThat(page.evaluate("document.getElementById('verdict-text').textContent"))
                .doesNotContain(" of 0 voters");
        page.pretendNothing();
        page.see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @Test
    @Order(7)
    void aNodeThatStoppedBeforeItKnewTheMembersSaysWhy() {
        page.pretend(
                "/api/status",
                "view.nodes.length = 1; Object.assign(view.nodes[0].status, { state: 'FAILED', role: 'FORMING',"
                        + " standing: 'FORMING', term: 0, leader: null, members: [], followers: [], failure: 'no room' })");
        page.see("document.getElementById('verdict-title').textContent", "n1 stopped itself");
        page.see("document.getElementById('verdict-said').textContent", "n1 stopped itself");
        page.see("document.getElementById('verdict').className", "verdict bad");
        page.seeThat("document.getElementById('verdict-text').textContent.includes('no room')");
    }

    @Test
    @Order(8)
    void aNodeThatIsGoneIsShownAndCanBeRemoved() {
        servers.get(2).close();
        page.see("document.getElementById('verdict-title').textContent", "n3 unreachable");
        page.see("document.querySelector('[data-node=n3] .badge').textContent", "unreachable");
        page.click("n3", "remove");
        page.evaluate("document.getElementById('confirm-yes').click()");
        page.see("String(document.querySelectorAll('.node').length)", "2");
        page.seeKeyboard("nodes");
        page.see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @Test
    @Order(9)
    void aNodeIsAddedAgain() {
        servers.set(2, KvServer.start(three.settings(2)));
        page.evaluate("{ const add = document.getElementById('add'); add.node.value = 'n3'; add.address.value = '"
                + three.raft(2) + "'; add.requestSubmit(); }");
        page.see("String(document.getElementById('confirm').open)", "true");
        page.evaluate("document.getElementById('confirm-yes').click()");
        page.see("String(document.querySelectorAll('.node').length)", "3");
        page.see("document.getElementById('verdict-title').textContent", "Healthy");
    }

    @Test
    @Order(10)
    void whatIsWrongIsSaid() {
        page.evaluate("{ const add = document.getElementById('add'); add.node.value = 'n/4'; add.address.value = 'h:1';"
                + " add.requestSubmit(); }");
        page.see("String(document.getElementById('confirm').open)", "true");
        page.evaluate("document.getElementById('confirm-yes').click()");
        page.see(
                "String(document.getElementById('toast').textContent.startsWith('Not done: node id must be'))", "true");
        page.see("document.getElementById('toast').className", "bad");
    }

    @Test
    @Order(11)
    void theBrowserHasNothingToComplainOf() {
        // What a refusal looks like to the browser is a 400; everything else would be ours to mend.
        assertThat(page.browser().complaints()).allMatch(complaint -> complaint.contains("status of 400"));
    }

    private static String follower() {
        return page.evaluate("document.querySelector('.badge.follower').closest('.node').dataset.node");
    }
}
