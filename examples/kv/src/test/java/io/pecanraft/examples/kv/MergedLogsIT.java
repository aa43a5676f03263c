package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.picture.SpaceTimeDiagram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON logs of real nodes on the page of space and time, in a real Chromium. */
class MergedLogsIT {

    @TempDir
    static Path directory;

    private static NodesPage page;

    @BeforeAll
    static void openAnEmptyPage() throws IOException, InterruptedException {
        page = NodesPage.inABrowser(directory.resolve("browser"));
        Path file =
                Files.writeString(directory.resolve("empty.html"), SpaceTimeDiagram.html("empty", "", 1, List.of()));
        page.browser().open(file.toUri().toString());
    }

    @AfterAll
    static void stop() {
        if (page != null) {
            page.close();
        }
    }

    @Test
    void aServerThatStartsAgainWithoutALineOfItsEndWasKilled() {
        show(
                line(1_000, "n1", "0", "node started", "FOLLOWER", 3),
                line(1_200, "n1", "0", "became leader", "LEADER", 4),
                line(5_000, "n1", "0", "node started", "FOLLOWER", 4),
                line(5_500, "n1", "0", "became leader", "LEADER", 5));
        assertThat(bands(0)).isEqualTo("0 FOLLOWER,200 LEADER,4000 FOLLOWER,4500 LEADER");
        assertThat(page.evaluate("trace.marks.filter(m => m.kind !== 'NOTE').map(m => m.at + ' ' + m.kind).join()"))
                .isEqualTo("4000 CRASH");
    }

    @Test
    void aServerThatIsStartedAgainInTheSameRoleAndTermIsNotShownAsDown() {
        show(
                line(1_000, "n1", "0", "node started", "FOLLOWER", 3),
                line(2_000, "n1", "0", "node closed", "FOLLOWER", 3),
                line(3_000, "n1", "0", "node started", "FOLLOWER", 3));
        assertThat(bands(0)).isEqualTo("0 FOLLOWER,1000 DOWN,2000 FOLLOWER");
    }

    @Test
    void aConnectionThatFailsIsNoServerThatEnds() {
        show(
                line(1_000, "n1", "0", "node started", "FOLLOWER", 3),
                line(2_000, "n1", "0", "connection of a peer failed", "FOLLOWER", 3),
                line(3_000, "n1", "0", "connection closed", "FOLLOWER", 3));
        assertThat(bands(0)).isEqualTo("0 FOLLOWER");
    }

    @Test
    void eachGroupHasAColumnOfItsOwn() {
        show(
                line(1_000, "n1", "0", "became leader", "LEADER", 3),
                line(1_000, "n1", "7", "became follower", "FOLLOWER", 9));
        assertThat(page.evaluate("trace.names.join()")).isEqualTo("n1/0,n1/7");
        assertThat(bands(0)).endsWith("LEADER");
        assertThat(bands(1)).endsWith("FOLLOWER");
    }

    /** The page of a simulated run: by server, by type of message, by term. */
    @Test
    void aRunIsSearchedByServerTypeAndTerm() throws IOException {
        SimCluster cluster =
                SimCluster.builder().stateMachine(node -> new KvStateMachine()).build();
        cluster.trace().record();
        cluster.start();
        cluster.awaitLeader().crash(SimNode.Crash.POWER);
        cluster.awaitLeader();
        Path file = Files.writeString(
                directory.resolve("run.html"),
                SpaceTimeDiagram.html("run", "", 3, cluster.trace().recorded()));
        page.browser().open(file.toUri().toString());
        page.seeThat("typeof trace === 'object' && trace.names.length === 3");
        long all = shownMessages();
        choose("type", "RequestVote");
        long votes = shownMessages();
        assertThat(votes).isBetween(2L, all / 2);
        choose("term", page.evaluate("[...trace.terms].sort()[0]"));
        assertThat(shownMessages()).isBetween(1L, votes - 1);
        choose("type", "");
        page.evaluate("document.querySelector('#nodes button').click()");
        assertThat(page.evaluate("String(trace.messages.filter(passes).every(m => m.from !== 0 && m.peer !== 0))"))
                .isEqualTo("true");
        choose("term", "");
        page.evaluate("document.querySelector('#nodes button').click()");
        assertThat(shownMessages()).isEqualTo(all);
    }

    private static long shownMessages() {
        return Long.parseLong(page.evaluate("String(trace.messages.filter(passes).length)"));
    }

    private static void choose(String what, String value) {
        page.evaluate("(() => { const s = document.getElementById('" + what + "'); s.value = '" + value
                + "'; s.dispatchEvent(new Event('change')); return s.value; })()");
    }

    private static void show(String... lines) {
        page.evaluate("load(parse([" + new Gson().toJson(String.join("\n", lines)) + "])), ''");
    }

    /** When which role began, of those that were not over at once. */
    private static String bands(int column) {
        return page.evaluate("trace.bands[" + column + "].map(b => b.at + ' ' + b.role).join()");
    }

    /** As Logback's JsonEncoder writes it. */
    private static String line(long at, String node, String group, String message, String role, long term) {
        return """
                {"timestamp":%d,"formattedMessage":"%s","kvpList":[{"node":"%s"},{"group":"%s"},{"term":"%d"},{"role":"%s"}]}""".formatted(at, message, node, group, term, role);
    }
}
