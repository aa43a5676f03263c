package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code kv log} over directories that were made for it. Where damage is and what it means is tested in the library. */
class LogToolsTest {

    private static final long MILLIS = 1_700_000_000_000L;

    @TempDir
    Path temporary;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... line) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine kv = KvMain.commandLine();
        kv.setOut(new PrintWriter(out));
        kv.setErr(new PrintWriter(err));
        return kv.execute(line);
    }

    private int verify(Path directory) {
        return run("log", "verify", "--data", directory.toString());
    }

    @Test
    void verifySaysThatADirectoryIsIntact() {
        Path directory = written();
        assertThat(verify(directory)).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("server n1")
                .contains("term 3, no vote in it")
                .contains("log: entries 1 to 6, the last of term 3")
                .endsWith("intact" + System.lineSeparator());
    }

    @Test
    void verifyNamesFileOffsetAndIndexOfDamageAndWhatAStartDoes() throws IOException {
        Path directory = written();
        Path segment = damage(directory, "some value");
        assertThat(verify(directory)).isEqualTo(ExitCode.DAMAGED);
        assertThat(out.toString())
                .contains("[!!] ")
                .contains("file " + segment + ", offset ")
                .contains(", index 2")
                .contains("damaged: here are lost entries 2 to 6; a start notes the loss")
                .contains("fetches them from the other servers");
    }

    @Test
    void verifyCannotReadADirectoryThatAServerUses() {
        Path directory = written();
        try (ChronicleStorage used = open(directory)) {
            assertThat(used.identity().node()).isEqualTo(NodeId.of("n1"));
            assertThat(verify(directory)).isEqualTo(ExitCode.UNREADABLE);
            assertThat(err.toString())
                    .contains("kv log verify: ")
                    .contains("in use")
                    .contains("LOCKED");
        }
    }

    @Test
    void verifyCannotReadWhatIsNotThere() {
        assertThat(verify(temporary.resolve("nowhere"))).isEqualTo(ExitCode.UNREADABLE);
        assertThat(err.toString()).contains("there is no data of a server in").doesNotContain("\tat ");
        assertThat(temporary.resolve("nowhere")).doesNotExist();
    }

    @Test
    void dumpPrintsEveryKindOfEntryReadably() {
        Path directory = written();
        assertThat(run("log", "dump", "--data", directory.toString())).isEqualTo(ExitCode.OK);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo("1@1 2023-11-14T22:13:20.001Z NO_OP 0 B");
        assertThat(lines.get(1))
                .startsWith("2@1 2023-11-14T22:13:20.002Z COMMAND ")
                .endsWith(" B SET \"key\" \"some value\" \"NX\"; DEL \"a\" \"\\xff\\x00\"; INCRBY \"n\" \"-5\"");
        assertThat(lines.get(2)).contains(" MEMBERSHIP ").contains("voters [n1").contains("=localhost:1");
        assertThat(lines.get(3)).endsWith(" B opens a session");
        assertThat(lines.get(4)).endsWith(" B session 4 sequence 1: APPEND \"k\" \"" + "v".repeat(80) + "\"... (200)");
        assertThat(lines.get(5)).contains("(not understood: ");
    }

    @Test
    void dumpPrintsAJsonObjectALineForAProgram() {
        Path directory = written();
        assertThat(run("log", "dump", "--json", "--from", "2", "--to", "3", "--data", directory.toString()))
                .isEqualTo(ExitCode.OK);
        List<JsonObject> objects = out.toString()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(objects).hasSize(2);
        assertThat(objects.get(0).get("index").getAsLong()).isEqualTo(2);
        assertThat(objects.get(0).get("term").getAsLong()).isEqualTo(1);
        assertThat(objects.get(0).get("time").getAsString()).isEqualTo("2023-11-14T22:13:20.002Z");
        assertThat(objects.get(0).get("kind").getAsString()).isEqualTo("COMMAND");
        assertThat(objects.get(0).get("operations").toString())
                .isEqualTo(
                        "[[\"SET\",\"key\",\"some value\",\"NX\"],[\"DEL\",\"a\",\"\\\\xff\\\\x00\"],[\"INCRBY\",\"n\",\"-5\"]]");
        assertThat(objects.get(1).getAsJsonObject("membership").getAsJsonArray("voters"))
                .hasSize(3);
    }

    @Test
    void dumpPrintsWhatLiesBeforeDamageAndFails() throws IOException {
        Path directory = written();
        damage(directory, "some value");
        assertThat(run("log", "dump", "--data", directory.toString())).isEqualTo(ExitCode.DAMAGED);
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("damaged: here are lost entries 2 to 6");
    }

    @Test
    void dumpRefusesARangeThatIsNone() {
        assertThat(run("log", "dump", "--data", "d", "--from", "5", "--to", "4"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--from must be at least 1 and at most --to, got 5 and 4");
    }

    @Test
    void repairLeavesAnIntactDirectoryAlone() {
        assertThat(run("log", "repair", "--data", written().toString())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("there is nothing to cut; nothing was changed");
    }

    @Test
    void repairDiscardsNothingThatWasAcknowledgedUnlessToldByName() throws IOException {
        Path directory = written();
        damage(directory, "some value");
        assertThat(run("log", "repair", "--yes", "--data", directory.toString()))
                .isEqualTo(ExitCode.DAMAGED);
        assertThat(err.toString())
                .contains("nothing was changed")
                .contains("A start of the server does by itself what is needed")
                .contains("--discard-acknowledged");
        assertThat(directory.resolve("data.cut-1")).doesNotExist();
        assertThat(verify(directory)).isEqualTo(ExitCode.DAMAGED);
    }

    @Test
    void repairAsksAndDoesNothingWithoutAYes() throws IOException {
        Path directory = written();
        damage(directory, "some value");
        assertThat(answering("no\n", "log", "repair", "--discard-acknowledged", "--data", directory.toString()))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(out.toString())
                .contains("the log will end at 1@1; lost here: entries 2 to 6")
                .contains("[yes/no]");
        assertThat(err.toString()).contains("not confirmed; nothing was changed");
        assertThat(directory.resolve("data.cut-1")).doesNotExist();
    }

    @Test
    void repairCutsWhatIsDamagedAndSaysWhatIsLostAndWhereItIsKept() throws IOException {
        Path directory = written();
        damage(directory, "some value");
        assertThat(answering("yes\n", "log", "repair", "--discard-acknowledged", "--data", directory.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("the log ends at 1@1; what was cut is in " + directory.resolve("data.cut-1"))
                .contains("lost here: entries 2 to 6. Start the server while the others run");
        assertThat(verify(directory)).as("sound, but not all of it").isEqualTo(ExitCode.DAMAGED);
        assertThat(out.toString())
                .contains("[!!] the log has lost entries, in epoch 1")
                .contains("it had been up to 6@3")
                .contains("damaged: the log has lost entries before, and lacks some of them yet");
        assertThat(run("log", "repair", "--yes", "--data", directory.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("there is nothing to cut; nothing was changed");
    }

    private int answering(String answer, String... line) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(line);
        } finally {
            System.setIn(before);
        }
    }

    /** The directory of one of three servers with an entry of every kind. */
    private Path written() {
        Path directory = temporary.resolve("n1");
        try (ChronicleStorage storage = open(directory)) {
            storage.log().recover();
            Written written = new Written();
            storage.log().start(written);
            FormationRecord formed =
                    new FormationRecord(members(storage.identity().memberId()), true);
            storage.log().write(new LogWrite(1, new HardState(3, null), formed, null, 0, entries(formed.membership())));
            written.await();
        }
        return directory;
    }

    private static List<LogEntry> entries(Membership membership) {
        ByteBuffer operations = OperationCodec.encode(List.of(
                new Operation.Set(Bytes.of("key"), Bytes.of("some value"), Operation.Condition.IF_ABSENT, false),
                new Operation.Delete(List.of(Bytes.of("a"), Bytes.wrap(new byte[] {(byte) 0xff, 0}))),
                new Operation.Increment(Bytes.of("n"), -5)));
        ByteBuffer append =
                OperationCodec.encode(List.of(new Operation.Append(Bytes.of("k"), Bytes.of("v".repeat(200)))));
        List<LogEntry> entries = new ArrayList<>();
        entries.add(LogEntry.noOp(1, 1, MILLIS + 1));
        entries.add(entry(2, 1, EntryType.COMMAND, operations));
        entries.add(entry(3, 1, EntryType.MEMBERSHIP, MembershipCodec.encode(membership.atIndex(3))));
        entries.add(entry(
                4,
                1,
                EntryType.SESSION,
                new SessionEntry.Open(new SessionLimits(1_000, 10, 1_000, 10, 10_000)).encode()));
        entries.add(entry(5, 3, EntryType.SESSION, new SessionEntry.Command(4, 1, 1, append).encode()));
        entries.add(entry(6, 3, EntryType.COMMAND, ByteBuffer.wrap(new byte[] {99})));
        return entries;
    }

    private static LogEntry entry(long index, long term, EntryType type, ByteBuffer payload) {
        return new LogEntry(index, term, MILLIS + index, type, payload);
    }

    private static Membership members(MemberId self) {
        return Membership.ofVoters(
                0,
                Stream.of("n1", "n2", "n3")
                        .map(name -> new Member(
                                name.equals("n1") ? self : new MemberId(NodeId.of(name), self.incarnation()),
                                "localhost:" + name.charAt(1)))
                        .toList());
    }

    private static ChronicleStorage open(Path directory) {
        return ChronicleStorage.open(
                directory, ClusterId.fromName("tools"), GroupId.DEFAULT, NodeId.of("n1"), InProcess.SMALL_FILES);
    }

    /** Damages the entry that holds a text; returns the file. */
    private static Path damage(Path directory, String text) throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("data/log"))) {
            for (Path file :
                    all.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                        access.seek(at);
                        access.write('X');
                    }
                    return file;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }

    /** Waits for one write. */
    private static final class Written implements RaftLog.Listener {
        private final CountDownLatch durable = new CountDownLatch(1);

        @Override
        public void onDurable(long durableTicket, long forceNanos, int writes) {
            durable.countDown();
        }

        @Override
        public void onFailure(StorageException failure) {
            throw failure;
        }

        void await() {
            try {
                assertThat(durable.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
