package io.pecanraft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.FormationStage;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The nouns refuse what cannot be. */
class ModelTest {

    private static Member member(String name, long storage) {
        return new Member(new MemberId(NodeId.of(name), new Incarnation(1, storage)), "h:1");
    }

    /** §5.4.1. */
    @Test
    void entriesAreOrderedByTermAndThenByIndex() {
        assertThat(new EntryId(2, 1)).isGreaterThan(new EntryId(1, 9));
        assertThat(new EntryId(2, 3)).isGreaterThan(new EntryId(2, 2));
        assertThat(EntryId.ZERO).isLessThan(new EntryId(1, 1));
    }

    @Test
    void onlyIndexZeroHasTermZero() {
        assertThatThrownBy(() -> new EntryId(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EntryId(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogEntry.noOp(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HardState(-1, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPayloadCannotBeChangedThroughAnEntry() {
        LogEntry entry = new LogEntry(1, 1, 0, EntryType.COMMAND, ByteBuffer.allocate(4));
        assertThat(entry.payload().isReadOnly()).isTrue();
        assertThat(entry.payloadBytes()).isEqualTo(4);
    }

    /** E26: none is empty, so none can stand for nobody. */
    @Test
    void aNameIsShortAndPlain() {
        assertThatThrownBy(() -> NodeId.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NodeId.of("../x")).hasMessageContaining("'../x'");
        assertThatThrownBy(() -> NodeId.of("n".repeat(65))).hasMessageContaining("65 bytes");
        assertThat(NodeId.of("n".repeat(64)).value()).hasSize(64);
    }

    @Test
    void equalConfigurationsAreEqualInWhateverOrderTheyWereGiven() {
        Membership one = Membership.ofVoters(3, List.of(member("b", 1), member("a", 1)));
        Membership other = Membership.ofVoters(3, List.of(member("a", 1), member("b", 1)));
        assertThat(one).isEqualTo(other);
        assertThat(MembershipCodec.encode(one)).isEqualTo(MembershipCodec.encode(other));
    }

    /** These bytes are in logs, snapshots and formation records of version 1, and must stay readable. */
    @Test
    void aConfigurationHasTheBytesItAlwaysHad() {
        Membership joint = new Membership(
                0x0102030405060708L,
                List.of(member("a", 2), member("b", 3)),
                List.of(member("a", 2)),
                List.of(member("c", 0x1122334455667788L)),
                List.of());
        byte[] golden = HexFormat.ofDelimiter(" ")
                .parseHex(
                        "01 01 02 03 04 05 06 07 08" // version, logIndex
                                + " 02 01 61 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 00 03 68 3a 31" // two
                                // voters:
                                // a at h:1
                                + " 01 62 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 03 00 03 68 3a 31" // b
                                + " 01 01 61 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 00 03 68 3a 31" // one
                                // outgoing
                                // voter
                                + " 01 01 63 00 00 00 00 00 00 00 01 11 22 33 44 55 66 77 88 00 03 68 3a 31" // one
                                // learner
                                + " 00"); // and none to come
        assertThat(MembershipCodec.encode(joint)).isEqualTo(ByteBuffer.wrap(golden));
        assertThat(MembershipCodec.decode(ByteBuffer.wrap(golden))).isEqualTo(joint);
    }

    @Test
    void aNameOccursOnceOnEachSide() {
        assertThatThrownBy(() -> Membership.ofVoters(0, List.of(member("a", 1), member("a", 2))))
                .hasMessageContaining("a is named twice");
        Membership replaced = new Membership(4, List.of(member("a", 2)), List.of(member("a", 1)), List.of(), List.of());
        assertThat(replaced.members()).hasSize(2);
        assertThat(replaced.isVoter(member("a", 1).id())).isTrue();
        assertThat(replaced.member(NodeId.of("a"))).contains(member("a", 2));
        assertThat(replaced.contains(member("a", 3).id())).isFalse();
    }

    @Test
    void aConfigurationNeedsAVoterAndOnlyAJointOneHasLearnersToCome() {
        assertThatThrownBy(() -> Membership.ofVoters(0, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new Membership(0, List.of(member("a", 1)), List.of(), List.of(), List.of(member("b", 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A wiped server learns under its old name before it votes under it. */
    @Test
    void aNameStandsForTwoStoragesOnlyWhileOneReplacesTheOther() {
        Membership catchingUp = new Membership(
                7, List.of(member("a", 1), member("b", 1)), List.of(), List.of(member("a", 2)), List.of());
        assertThat(catchingUp.member(NodeId.of("a"))).contains(member("a", 2));
        assertThat(catchingUp.isVoter(member("a", 2).id())).isFalse();
        assertThatThrownBy(() -> new Membership(
                        7, List.of(member("a", 1)), List.of(), List.of(member("b", 1), member("b", 2)), List.of()))
                .hasMessageContaining("b is named twice");
        assertThatThrownBy(
                        () -> new Membership(7, List.of(member("a", 1)), List.of(), List.of(member("a", 1)), List.of()))
                .hasMessageContaining("as voter and as learner");
    }

    @Test
    void aJointConfigurationEndsInItsVotersWithTheLearnersToCome() {
        Membership joint = new Membership(
                9,
                List.of(member("a", 1), member("b", 1)),
                List.of(member("b", 1), member("c", 1)),
                List.of(member("d", 1)),
                List.of(member("c", 1)));
        assertThat(joint.afterJoint().atIndex(10))
                .isEqualTo(new Membership(
                        10,
                        List.of(member("a", 1), member("b", 1)),
                        List.of(),
                        List.of(member("c", 1), member("d", 1)),
                        List.of()));
    }

    @Test
    void changesOfMembershipAreJoinedIntoOneThatExpectsOneConfiguration() {
        MembershipChange remove = MembershipChange.remove(NodeId.of("a")).expecting(4);
        MembershipChange both = MembershipChange.promote(NodeId.of("b")).and(remove);
        assertThat(both.steps())
                .containsExactly(
                        new MembershipChange.Promote(NodeId.of("b")), new MembershipChange.Remove(NodeId.of("a")));
        assertThat(both.expectedIndex()).hasValue(4);
        assertThatThrownBy(() -> both.and(remove.expecting(5))).hasMessageContaining("index 4 and that of index 5");
        assertThatThrownBy(MembershipChange::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFormationRecordHoldsAFirstConfiguration() {
        assertThatThrownBy(() -> new FormationRecord(Membership.ofVoters(1, List.of(member("a", 1))), true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSnapshotCannotHoldALaterConfiguration() {
        Membership later = Membership.ofVoters(9, List.of(member("a", 1)));
        assertThatThrownBy(() -> new SnapshotMeta(new EntryId(1, 8), later, 0, 1, 0))
                .hasMessageContaining("index 9");
    }

    @Test
    void aChunkLiesWithinItsSnapshot() {
        SnapshotMeta meta =
                new SnapshotMeta(new EntryId(1, 8), Membership.ofVoters(0, List.of(member("a", 1))), 0, 10, 0);
        assertThatThrownBy(() -> new InstallSnapshot(1, meta, 8, ByteBuffer.allocate(3)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InstallSnapshot(1, meta, -1, ByteBuffer.allocate(3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMapIsAnnouncedExactlyOnceThereIsOne() {
        List<MemberAddress> bootstrap = List.of(new MemberAddress(NodeId.of("a"), "h:1"));
        assertThatThrownBy(() -> new Formation(FormationStage.AGREED, bootstrap, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Formation(FormationStage.GATHERING, bootstrap, List.of(member("a", 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aListOfMembersIsReadAndRefusedWithWhatIsWrong() {
        assertThat(MemberAddress.parseList("n1=h:1, n2=[::1]:2"))
                .containsExactly(
                        new MemberAddress(NodeId.of("n1"), "h:1"), new MemberAddress(NodeId.of("n2"), "[::1]:2"));
        assertThatThrownBy(() -> MemberAddress.parseList("n1=h:1,n2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected name=address, separated by commas, got \"n2\" in \"n1=h:1,n2\"");
        assertThatThrownBy(() -> MemberAddress.parseList("n1=h:1,n1=h:2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("n1 is there twice");
        assertThatThrownBy(() -> MemberAddress.parseList("n1=")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemberAddress.parseList("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClusterIdDoesNotDependOnTheOrderOfTheBootstrapList() {
        MemberAddress a = new MemberAddress(NodeId.of("a"), "h:1");
        MemberAddress b = new MemberAddress(NodeId.of("b"), "h:2");
        assertThat(ClusterId.fromBootstrap(List.of(a, b))).isEqualTo(ClusterId.fromBootstrap(List.of(b, a)));
        assertThat(ClusterId.fromBootstrap(List.of(a))).isNotEqualTo(ClusterId.fromBootstrap(List.of(b)));
    }
}
