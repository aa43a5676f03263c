package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.NodeId;
import io.pecanraft.runtime.Mailbox.Receipt;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private static final Input MESSAGE = new Input.PeerUnreachable(NodeId.of("n2"));

    private final AtomicInteger turns = new AtomicInteger();

    @Test
    void oneTurnIsAskedForHoweverMuchArrives() {
        Mailbox mailbox = new Mailbox(100, 100, turns::incrementAndGet);
        for (int i = 0; i < 10; i++) {
            mailbox.offerMessage(MESSAGE);
        }
        assertThat(turns).hasValue(1);
    }

    @Test
    void whatArrivesDuringATurnAsksForTheNext() {
        Mailbox mailbox = new Mailbox(100, 100, turns::incrementAndGet);
        mailbox.offerMessage(MESSAGE);
        mailbox.poll();
        mailbox.offerMessage(MESSAGE);
        assertThat(turns).hasValue(1);
        mailbox.turnDone();
        assertThat(turns).hasValue(2);
        mailbox.poll();
        mailbox.turnDone();
        assertThat(turns).hasValue(2);
    }

    @Test
    void clientsAreRefusedWhileThereIsStillRoomForPeers() {
        Mailbox mailbox = new Mailbox(8, 100, turns::incrementAndGet);
        for (int i = 0; i < 6; i++) {
            assertThat(mailbox.offerCall(call(0))).isEqualTo(Receipt.TAKEN);
        }
        assertThat(mailbox.offerCall(call(0))).isEqualTo(Receipt.TOO_MANY);
        assertThat(mailbox.offerMessage(MESSAGE)).isTrue();
        assertThat(mailbox.offerMessage(MESSAGE)).isTrue();
        assertThat(mailbox.offerMessage(MESSAGE)).isFalse();
        assertThat(mailbox.size()).isEqualTo(8);
    }

    /** K15. */
    @Test
    void completionsOfOwnWorkAlwaysEnter() {
        Mailbox mailbox = new Mailbox(1, 100, turns::incrementAndGet);
        mailbox.offerMessage(MESSAGE);
        mailbox.post(new Input.Applied(1, Long.MAX_VALUE));
        mailbox.post(new Input.Applied(2, Long.MAX_VALUE));

        assertThat(mailbox.poll()).isEqualTo(MESSAGE);
        assertThat(mailbox.poll()).isEqualTo(new Input.Applied(1, Long.MAX_VALUE));
        assertThat(mailbox.poll()).isEqualTo(new Input.Applied(2, Long.MAX_VALUE));
        assertThat(mailbox.poll()).isNull();
    }

    /** F05. */
    @Test
    void bytesAreBoundedButOneCommandIsAlwaysAdmitted() {
        Mailbox mailbox = new Mailbox(100, 10, turns::incrementAndGet);
        assertThat(mailbox.offerCall(call(50))).isEqualTo(Receipt.TAKEN);
        assertThat(mailbox.offerCall(call(1))).isEqualTo(Receipt.TOO_MANY_BYTES);
        mailbox.poll();
        assertThat(mailbox.offerCall(call(6))).isEqualTo(Receipt.TAKEN);
        assertThat(mailbox.offerCall(call(6))).isEqualTo(Receipt.TOO_MANY_BYTES);
        assertThat(mailbox.offerCall(call(4))).isEqualTo(Receipt.TAKEN);
        assertThat(mailbox.size()).isEqualTo(2);
    }

    @Test
    void aClosedMailboxTakesNothingButGivesWhatItHas() {
        Mailbox mailbox = new Mailbox(100, 100, turns::incrementAndGet);
        mailbox.offerMessage(MESSAGE);
        mailbox.close();

        assertThat(mailbox.offerCall(call(1))).isEqualTo(Receipt.CLOSED);
        mailbox.post(new Input.Applied(1, Long.MAX_VALUE));
        assertThat(mailbox.poll()).isEqualTo(MESSAGE);
        assertThat(mailbox.poll()).isNull();
    }

    @Test
    void whenNoTurnCanComeTheCallIsHandedBack() {
        Mailbox mailbox = new Mailbox(100, 100, () -> {
            throw new RejectedExecutionException("shut down");
        });
        assertThat(mailbox.offerCall(call(1))).isEqualTo(Receipt.CLOSED);
        assertThat(mailbox.size()).isZero();
    }

    /** A03: between closing and draining no call is lost: it is either taken, and found by the drain, or handed back. */
    @Test
    void noCallIsLostWhenTheMailboxClosesUnderTheCallers() throws InterruptedException {
        int callers = 4;
        for (int round = 0; round < 50; round++) {
            Mailbox mailbox = new Mailbox(1_000_000, 100, turns::incrementAndGet);
            AtomicInteger taken = new AtomicInteger();
            CountDownLatch running = new CountDownLatch(callers);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                Thread thread = new Thread(() -> {
                    running.countDown();
                    while (mailbox.offerCall(call(0)) == Receipt.TAKEN) {
                        taken.incrementAndGet();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            running.await();
            mailbox.close();
            int drained = 0;
            while (mailbox.poll() != null) {
                drained++;
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(drained).isEqualTo(taken.get());
            assertThat(mailbox.size()).isZero();
        }
    }

    private static Input call(int bytes) {
        return new ClientProposal<>(
                EntryType.COMMAND, ByteBuffer.allocate(bytes), 0, Duration.ofSeconds(1), (index, reply) -> reply);
    }
}
