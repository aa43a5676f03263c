package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RepairMarker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The end of the hard state of a log that has lost something, as version 1 of the format wrote it: a promise to every later
 * version. What stands around it, and how it is without a loss, is in {@link GoldenDirectoryTest}.
 */
class GoldenRepairMarkerTest {

    private static final Incarnation STORAGE = new Incarnation(11, 12);
    private static final int GENERATION = 9;
    private static final byte FORMATION_STATE = 2;
    private static final long EPOCH = 5;

    /** Term 7, generation, formation state, and a vote for n1 with the incarnation (3, 4). */
    private static final String VOTED =
            "0700000000000000" + "09000000" + "02" + "01" + "02" + "6e31" + "0300000000000000" + "0400000000000000";

    private static final HardState STATE = new HardState(7, new MemberId(TestLog.NODE, new Incarnation(3, 4)));

    @TempDir
    Path directory;

    @Test
    void ofALogThatIsRepairedAndKnowsItsEnd() throws IOException {
        assertGolden(
                new RepairMarker(EPOCH, true, Optional.of(new EntryId(6, 258))),
                "0500000000000000" + "02" + "0600000000000000" + "0201000000000000");
    }

    @Test
    void ofALogThatIsRepairedAndDoesNotKnowItsEnd() throws IOException {
        assertGolden(new RepairMarker(EPOCH, true, Optional.empty()), "0500000000000000" + "01");
    }

    @Test
    void ofALogThatHasAllAgain() throws IOException {
        assertGolden(new RepairMarker(EPOCH, false, Optional.empty()), "0500000000000000" + "00");
    }

    @Test
    void ofALogThatNeverLostAnything() throws IOException {
        assertGolden(RepairMarker.NONE, "");
    }

    private void assertGolden(RepairMarker marker, String end) throws IOException {
        String golden = VOTED + end;
        assertThat(HexFormat.of().formatHex(HardStateFile.encode(STATE, GENERATION, FORMATION_STATE, marker)))
                .isEqualTo(golden);

        Path path = directory.resolve("hardstate");
        byte[] payload = HexFormat.of().parseHex(golden);
        TwoSlotFile.create(path, HardStateFile.MAGIC, STORAGE, CrashImages.NO_FLUSH, payload);
        try (HardStateFile file = HardStateFile.openToRead(path, STORAGE)) {
            assertThat(file.read()).isEqualTo(STATE);
            assertThat(file.generation()).isEqualTo(GENERATION);
            assertThat(file.formationState()).isEqualTo(FORMATION_STATE);
            assertThat(file.repair()).isEqualTo(marker);
        }
    }
}
