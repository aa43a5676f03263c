package io.pecanraft.examples.kv;

import static org.awaitility.Awaitility.await;

import io.pecanraft.testkit.swarm.PlanText;
import io.pecanraft.testkit.swarm.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Makes the pictures of the pages for the documentation: of a run of the simulator, and over a cluster that is hurt a little:
 * examples/kv/pictures.
 */
final class Pictures {

    private static final int DESK = 1280;
    private static final int PHONE = 390;
    private static final int HEIGHT = 1_012;
    private static final int SECONDS = 12;

    private static final Path STORY = Path.of("raft-testkit/src/test/resources/regressions/partition-crash-pause.txt");
    private static final int STORY_WIDTH = 1400;
    private static final int STORY_HEIGHT = 900;

    private final NodesPage chaos;
    private final NodesPage console;

    private Pictures(LocalPorts ports, Path profiles) throws IOException, InterruptedException {
        chaos = NodesPage.inABrowser(profiles.resolve("chaos"));
        console = NodesPage.inABrowser(profiles.resolve("console"));
        chaos.open(ports.chaos());
        console.open(ports.http(0));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path pictures = Path.of(args[args.length - 1]);
        boolean everyWidth = args[0].equals("--every-width");
        if (!everyWidth) {
            drawTheStory(pictures);
        }
        Path directory = Program.freshDirectory("pictures");
        LocalPorts ports = new LocalPorts(Program.unusedBase(22_011), 3);
        Path output = directory.resolve("cluster.out");
        Process cluster = Program.start(
                output,
                Program.command(
                        "cluster",
                        "--chaos",
                        "--base-port",
                        Integer.toString(ports.base()),
                        "--data",
                        directory.resolve("data").toString()));
        try {
            await().atMost(ProcessCluster.PATIENCE.multipliedBy(2))
                    .until(() -> Program.read(output).contains(ports.chaos().toString()));
            Path profiles = Files.createTempDirectory("pictures");
            Pictures made = new Pictures(ports, profiles);
            try {
                made.hurt();
                if (everyWidth) {
                    made.takeEveryWidth(pictures);
                } else {
                    made.take(pictures);
                }
            } finally {
                made.chaos.close();
                made.console.close();
            }
        } finally {
            cluster.destroy();
            cluster.waitFor();
        }
    }

    /** A simulated run: near, where a minority is cut off; and from afar. */
    private static void drawTheStory(Path pictures) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("story");
        Path page = directory.resolve("story.html");
        Files.writeString(
                page, Replay.of(PlanText.read(Files.readString(STORY))).html());
        try (Browser browser = new Browser(Browser.installed().orElseThrow(), directory.resolve("browser"))) {
            browser.size(STORY_WIDTH, STORY_HEIGHT);
            take(browser, page.toUri() + "#at=285&width=132", false, pictures.resolve("space-time-light.png"));
            take(browser, page.toUri() + "#at=250&width=707", true, pictures.resolve("space-time-dark.png"));
        }
    }

    private static void take(Browser browser, String url, boolean dark, Path file) throws IOException {
        browser.dark(dark);
        browser.open("about:blank");
        browser.open(url);
        await().until(() -> browser.evaluate(
                        "String(document.readyState === 'complete' && !!document.querySelector('canvas'))")
                .equals("true"));
        take(browser, STORY_HEIGHT, file);
    }

    /** What the charts and events then show. It takes its time as a person would. */
    private void hurt() throws InterruptedException {
        chaos.see("document.getElementById('verdict').className", "verdict good");
        for (String[] each : new String[][] {{"kill", "start"}, {"cut", "heal"}, {"pause", "continue"}}) {
            TimeUnit.SECONDS.sleep(SECONDS);
            chaos.seeThat("document.querySelectorAll('.badge.leader').length === 1");
            String leader = chaos.evaluate("document.querySelector('.badge.leader').closest('.node').dataset.node");
            chaos.click(leader, each[0]);
            TimeUnit.SECONDS.sleep(SECONDS / 2);
            chaos.click(leader, each[1]);
        }
        TimeUnit.SECONDS.sleep(SECONDS);
    }

    private void take(Path pictures) throws IOException {
        take(chaos, false, DESK, pictures.resolve("chaos-light-1280.png"));
        take(chaos, true, PHONE, pictures.resolve("chaos-dark-390.png"));
        take(console, false, DESK, pictures.resolve("console-light-1280.png"));
        take(console, true, DESK, pictures.resolve("console-dark-1280.png"));
        take(console, true, PHONE, pictures.resolve("console-dark-390.png"));
    }

    /** What a person is to look at after a change of the pages. */
    private void takeEveryWidth(Path pictures) throws IOException {
        chaos.fitsEveryWidthInLightAndDark(Files.createDirectories(pictures.resolve("chaos")));
        console.fitsEveryWidthInLightAndDark(Files.createDirectories(pictures.resolve("console")));
    }

    private static void take(NodesPage page, boolean dark, int width, Path file) throws IOException {
        page.show(dark, width);
        take(page.browser(), width == PHONE ? Integer.MAX_VALUE : HEIGHT, file);
    }

    private static void take(Browser browser, int maxHeight, Path file) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".whole");
        browser.picture(whole);
        SmallPng.write(Files.readAllBytes(whole), maxHeight, file);
        Files.delete(whole);
    }
}
