package io.pecanraft.examples.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.lock.LockReply.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who holds a lock, by the time of the log alone. */
class LocksTest {

    private static final Duration LEASE = Duration.ofMillis(100);

    private final Locks locks = new Locks();
    private final Log log = new Log(locks);

    @Test
    void theTokenIsTheIndexOfTheAcquisition() {
        LockReply reply = acquire("a", "alice");
        assertThat(reply).isEqualTo(new LockReply(Verdict.GRANTED, log.index(), "alice", 100));
    }

    @Test
    void whoComesLaterIsToldWhoHoldsItAndForHowLong() {
        long token = acquire("a", "alice").token();
        log.pass(30);
        assertThat(acquire("a", "bob")).isEqualTo(new LockReply(Verdict.HELD, token, "alice", 70));
        assertThat(acquire("b", "bob").verdict()).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void aLeaseEndsAtTheTimeOfTheLog() {
        long token = acquire("a", "alice").token();
        log.pass(99);
        assertThat(acquire("a", "bob").verdict()).isEqualTo(Verdict.HELD);
        log.pass(1);
        LockReply reply = acquire("a", "bob");
        assertThat(reply.verdict()).isEqualTo(Verdict.GRANTED);
        assertThat(reply.token()).isGreaterThan(token);
    }

    @Test
    void aRenewedLeaseKeepsItsToken() {
        long token = acquire("a", "alice").token();
        log.pass(99);
        assertThat(log.apply(LockCommand.renew("a", token, LEASE)))
                .isEqualTo(new LockReply(Verdict.GRANTED, token, "alice", 100));
        log.pass(99);
        assertThat(acquire("a", "bob").verdict()).isEqualTo(Verdict.HELD);
    }

    @Test
    void aLeaseThatIsOverCannotBeRenewedEvenIfNobodyElseCame() {
        long token = acquire("a", "alice").token();
        log.pass(100);
        assertThat(log.apply(LockCommand.renew("a", token, LEASE)).verdict()).isEqualTo(Verdict.LOST);
    }

    @Test
    void whoHeldALockBeforeNeitherRenewsNorReleasesIt() {
        long old = acquire("a", "alice").token();
        log.pass(100);
        long current = acquire("a", "bob").token();
        assertThat(log.apply(LockCommand.renew("a", old, LEASE)).verdict()).isEqualTo(Verdict.LOST);
        assertThat(log.apply(LockCommand.release("a", old)).verdict()).isEqualTo(Verdict.LOST);
        assertThat(LockReply.decode(locks.query(StandardCharsets.UTF_8.encode("a"))))
                .isEqualTo(new LockReply(Verdict.HELD, current, "bob", 100));
    }

    @Test
    void aFreeLockIsNotRenewedByATokenOfNobody() {
        assertThat(log.apply(LockCommand.renew("a", 0, LEASE)).verdict()).isEqualTo(Verdict.LOST);
    }

    @Test
    void aReleasedLockIsFree() {
        long token = acquire("a", "alice").token();
        assertThat(log.apply(LockCommand.release("a", token)).verdict()).isEqualTo(Verdict.FREE);
        assertThat(log.apply(LockCommand.release("a", token)).verdict()).isEqualTo(Verdict.LOST);
        assertThat(acquire("a", "bob").token()).isGreaterThan(token);
    }

    @Test
    void locksThatAreOverMakeRoomForOthers() {
        for (int i = 0; i < Locks.MAX_LOCKS; i++) {
            acquire("lock " + i, "alice");
        }
        assertThat(acquire("one more", "alice").verdict()).isEqualTo(Verdict.FULL);
        log.pass(100);
        assertThat(acquire("one more", "alice").verdict()).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void whatIsNoCommandIsRefused() {
        assertThat(log.apply(ByteBuffer.allocate(0)).verdict()).isEqualTo(Verdict.MALFORMED);
        assertThat(log.apply(ByteBuffer.wrap(new byte[] {7, 7, 7})).verdict()).isEqualTo(Verdict.MALFORMED);
        assertThatThrownBy(() -> LockCommand.acquire("", "alice", LEASE)).hasMessageContaining("1 to 128");
        assertThatThrownBy(() -> LockCommand.acquire("a", "alice", Duration.ofDays(2)))
                .hasMessageContaining("86400000");
    }

    private LockReply acquire(String name, String owner) {
        return log.apply(LockCommand.acquire(name, owner, LEASE));
    }
}
