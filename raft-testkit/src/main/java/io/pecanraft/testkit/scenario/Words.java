package io.pecanraft.testkit.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The state machine of scenarios: a text that grows word by word, so that a read shows what was applied, in order. */
final class Words implements StateMachine {

    private String text = "";

    static ByteBuffer encode(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String decode(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            text = text.isEmpty() ? decode(command.payload()) : text + " " + decode(command.payload());
            command.reply(encode(text));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return encode(text);
    }

    @Override
    public SnapshotView captureSnapshot() {
        return SnapshotView.of(encode(text));
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        text = new String(source.stream().readAllBytes(), UTF_8);
    }
}
