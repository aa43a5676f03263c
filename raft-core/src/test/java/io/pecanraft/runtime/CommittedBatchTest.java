package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.statemachine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommittedBatchTest {

    private final List<ClientProposal<ByteBuffer>> proposals = new ArrayList<>();

    @Test
    void theStateMachineSeesCommandsAlone() {
        CommittedBatch batch = batch(LogEntry.noOp(1, 1, 0), command(2), LogEntry.noOp(3, 1, 0), command(4));

        assertThat(indexes(batch)).containsExactly(2L, 4L);
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.firstIndex()).isEqualTo(2);
        assertThat(batch.lastIndex()).isEqualTo(4);
        assertThat(indexes(batch)).as("iterates again").containsExactly(2L, 4L);
    }

    @Test
    void whatTheStateMachineHasIsSkipped() {
        CommittedBatch batch = batch(command(1), command(2), command(3));
        batch.skipThrough(2);
        assertThat(indexes(batch)).containsExactly(3L);
        batch.skipThrough(3);
        assertThat(batch.size()).isZero();
        assertThat(indexes(batch)).isEmpty();
    }

    @Test
    void eachProposerGetsAReplyOfItsOwnEvenIfTheStateMachineRepliesWithAConstant() {
        CommittedBatch batch = batch(command(1), command(2), command(3));
        ByteBuffer constant = ByteBuffer.wrap(new byte[] {7});
        int count = 0;
        for (Command command : batch) {
            if (count++ < 2) {
                command.reply(constant);
            }
        }
        batch.close();
        batch.complete();

        assertThat(proposals.get(0).future().join().get()).isEqualTo((byte) 7);
        assertThat(proposals.get(1).future().join().get()).isEqualTo((byte) 7);
        assertThat(proposals.get(2).future().join().remaining()).isZero();
    }

    @Test
    void aPayloadMayBeReadByMovingItsPosition() {
        CommittedBatch batch = batch(command(1));
        Command command = batch.iterator().next();
        command.payload().get();
        assertThat(command.payload().remaining()).isEqualTo(1);
    }

    @Test
    void aSecondOrLateReplyIsAMistakeOfTheStateMachine() {
        CommittedBatch batch = batch(command(1), command(2));
        Command first = batch.iterator().next();
        first.reply(ByteBuffer.allocate(0));
        assertThatThrownBy(() -> first.reply(ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("second reply to command 1");
        batch.close();
        assertThatThrownBy(() -> first.reply(ByteBuffer.allocate(0))).hasMessageContaining("after apply returned");
    }

    private CommittedBatch batch(LogEntry... entries) {
        Proposal[] waiting = new Proposal[entries.length];
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].type() == EntryType.COMMAND) {
                ClientProposal<ByteBuffer> proposal = new ClientProposal<>(
                        EntryType.COMMAND, entries[i].payload(), 0, Duration.ofSeconds(1), (index, reply) -> reply);
                proposals.add(proposal);
                waiting[i] = proposal;
            }
        }
        return new CommittedBatch(List.of(entries), waiting);
    }

    private static LogEntry command(long index) {
        return new LogEntry(index, 1, 0, EntryType.COMMAND, ByteBuffer.allocate(1));
    }

    private static List<Long> indexes(CommittedBatch batch) {
        List<Long> indexes = new ArrayList<>();
        batch.forEach(command -> indexes.add(command.index()));
        return indexes;
    }
}
