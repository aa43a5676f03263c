package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where others are, by what one hears and has in the log (thesis §4.4, simulation seed 7679 with churn). */
class AddressBookTest {

    private static final NodeId N2 = NodeId.of("n2");

    private final MembershipTracker log = new MembershipTracker();
    private final AddressBook book = new AddressBook(NodeId.of("n1"), List.of(), log);

    /** A configuration in which the second server is at this address. */
    private static Membership at(String address, long index) {
        List<Member> three = Entries.members(3);
        return Membership.ofVoters(
                index, List.of(three.get(0), new Member(three.get(1).id(), address), three.get(2)));
    }

    private void append(String address, long index) {
        log.appended(Entries.membership(index, 1, at(address, index)));
    }

    private void assertThatItIsAt(String address) {
        Effect.UpdatePeers update = book.takeUpdate();
        assertThat(update).isNotNull();
        assertThat(update.addresses()).containsEntry(N2, address);
    }

    @BeforeEach
    void hasACommittedConfiguration() {
        log.reset(at("old", 22));
        assertThatItIsAt("old");
    }

    /** What a deposed leader spoke of may have had a higher index than all that is committed later. */
    @Test
    void theLastWordStandsAndNotThatOfTheHighestIndex() {
        book.introduced(at("never", 60));
        assertThatItIsAt("never");
        book.introduced(at("moved", 38));
        assertThatItIsAt("moved");
    }

    @Test
    void aWordOfLongAgoDoesNotBeatWhatIsCommittedHere() {
        book.introduced(at("older", 11));
        assertThat(book.takeUpdate()).isNull();
    }

    @Test
    void aWordBeatsWhatMayBeTruncatedUntilTheLogChanges() {
        append("never", 53);
        assertThatItIsAt("never");
        book.introduced(at("moved", 30));
        assertThatItIsAt("moved");
        append("again", 54);
        assertThatItIsAt("again");
    }

    @Test
    void whatALeaderHasCommittedHolds() {
        book.introduced(at("never", 60));
        assertThatItIsAt("never");
        book.ownHolds();
        assertThatItIsAt("old");
    }

    /** Its standing is that of the newest configuration, whatever helps to find others. */
    @Test
    void anOlderWordSaysNothingOfWhoIsAMember() {
        append("never", 53);
        book.introduced(at("moved", 30));
        assertThat(book.newerThanInForce()).isNull();
    }
}
