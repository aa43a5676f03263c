package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console, in a real Chromium, where it only looks, and of a node that belongs to no cluster. */
class ConsoleStatesIT {

    @TempDir
    Path directory;

    private final List<KvServer> servers = new ArrayList<>();
    private NodesPage page;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        page = NodesPage.inABrowser(directory.resolve("browser"));
    }

    @AfterEach
    void stop() {
        if (page != null) {
            page.close();
        }
        servers.forEach(KvServer::close);
    }

    /** Pictures are in {@code target/it/console-read-only}. */
    @Test
    void withoutAdminItOnlyLooks() throws IOException {
        InProcess three = new InProcess(directory, 3);
        for (int i = 0; i < 3; i++) {
            servers.add(KvServer.start(three.readOnly(i)));
        }
        page.open(three.http(0));
        page.see("document.getElementById('verdict-title').textContent", "Healthy");
        page.seeThat("document.getElementById('readonly').checkVisibility()");
        assertThat(
                        page.evaluate(
                                "[...document.querySelectorAll('button')].filter(each => each.checkVisibility()).map(each => each.id).join()"))
                .isEqualTo("pause");
        assertThat(page.evaluate("String(document.getElementById('add').checkVisibility())"))
                .isEqualTo("false");
        page.fitsEveryWidthInLightAndDark(Program.freshDirectory("console-read-only"));
        page.show(false, 390);
        assertThat(page.evaluate("String(document.querySelector('#readonly code').getClientRects().length)"))
                .as("what is to be typed stands on one line")
                .isEqualTo("1");
        assertThat(page.browser().complaints()).isEmpty();
    }

    /** Pictures are in {@code target/it/console-joining}. */
    @Test
    void aNodeThatBelongsToNoClusterSaysWhatToDo() throws IOException {
        InProcess only = new InProcess(directory, 1);
        servers.add(KvServer.start(only.joining(0)));
        page.open(only.http(0));
        page.see("document.getElementById('verdict-title').textContent", "Belongs to no cluster yet");
        page.see("document.getElementById('verdict').className", "verdict warn");
        page.seeThat("document.getElementById('verdict-text').textContent.includes('RAFT ADD n1')");
        page.see("document.querySelector('[data-node=n1] .badge').textContent", "outsider");
        assertThat(page.evaluate(
                        "[...document.querySelectorAll('.node button')].map(each => each.dataset.action).join()"))
                .as("who is no member can neither lead nor be removed")
                .isEqualTo("snapshot");
        page.see("document.getElementById('members').textContent", "None is known here yet.");
        assertThat(page.evaluate("String(document.getElementById('add').checkVisibility())"))
                .as("it cannot add anyone")
                .isEqualTo("false");
        page.fitsEveryWidthInLightAndDark(Program.freshDirectory("console-joining"));
    }
}
