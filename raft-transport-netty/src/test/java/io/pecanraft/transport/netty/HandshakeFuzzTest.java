package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.NodeId;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.List;

/** Whatever a stranger says first is answered, with a refusal that says why unless it named everything right. */
class HandshakeFuzzTest extends HostileInputContract {

    @Override
    protected List<byte[]> samples() {
        Route route = new Route(Frames.CLUSTER, NodeId.of("n1"), NodeId.of("n2"), "localhost:1");
        byte[] hello = Frames.encode(
                Handshake.hello(route, Lane.CONSENSUS, List.of(Frames.identity("n1", 0)), 1 << 20), List.of());
        return List.of(Frames.afterChecksum(hello));
    }

    @Override
    protected void decode(byte[] input) {
        Wire.Hello hello;
        try {
            hello = Frames.parse(Frames.sealed(input)).header(Wire.Hello.parser());
        } catch (MalformedFrameException refused) {
            return;
        }
        Wire.HelloAnswer answer = Handshake.answer(hello, List.of(Frames.identity("n2", 0)), 1 << 20);
        if (answer.getRefusal() == Wire.Refusal.ACCEPTED) {
            assertThat(hello.getToNode()).isEqualTo("n2");
            assertThat(Handshake.cluster(hello)).isEqualTo(Frames.CLUSTER);
            assertThat(NodeId.of(hello.getFromNode())).isNotEqualTo(NodeId.of("n2"));
        } else {
            assertThat(answer.getDetail()).isNotEmpty();
        }
    }
}
