package io.pecanraft.examples.counter;

// tag::quickstart
import static java.nio.charset.StandardCharsets.UTF_8;

import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransport;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;

/** A replicated number. A command is a long to add to it, its reply the sum; any query asks for the sum. */
public final class Counter implements StateMachine {

    private long sum;

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            sum += command.payload().getLong();
            command.reply(encode(sum));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return encode(sum);
    }

    @Override
    public SnapshotView captureSnapshot() {
        return SnapshotView.of(encode(sum));
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        sum = new DataInputStream(source.stream()).readLong();
    }

    static ByteBuffer encode(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }

    /** One of three servers, its name the argument: adds what is typed, and prints the sum. */
    public static void main(String[] args) {
        List<MemberAddress> members = MemberAddress.parseList("n1=127.0.0.1:8101,n2=127.0.0.1:8102,n3=127.0.0.1:8103");
        RaftNode node = RaftNode.builder()
                .stateMachine(new Counter())
                .storage(ChronicleStorage.open(Path.of("data", args[0]), members, NodeId.of(args[0])))
                .transport(NettyTransport.open(members, NodeId.of(args[0])))
                .bootstrapMembers(members)
                .build();
        node.start().join();
        for (Scanner in = new Scanner(System.in, UTF_8); in.hasNext(); ) {
            var answer = node.propose(encode(in.nextLong())).handle((sum, e) -> e == null ? sum.getLong(0) : e);
            System.out.println(answer.join());
        }
    }
}
// end::quickstart
