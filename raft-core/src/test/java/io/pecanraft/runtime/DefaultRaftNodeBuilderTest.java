package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultRaftNodeBuilderTest {

    @Test
    void everythingThatIsMissingIsNamedAtOnce() {
        assertThatThrownBy(() -> RaftNode.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stateMachine must be given")
                .hasMessageContaining("storage must be given")
                .hasMessageContaining("transport must be given")
                .hasMessageContaining("one of bootstrapMembers and joining must be given");
    }

    @Test
    void everythingThatDoesNotFitTogetherIsNamedAtOnce() {
        RaftNode.Builder builder = RaftNode.builder()
                .storage(new MemoryStorage("n1", Runnable::run))
                .bootstrapMembers(List.of(member("n2", "h:1"), member("n2", "h:2"), member("n3", "h:1")));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stateMachine must be given")
                .hasMessageContaining("names n2 twice")
                .hasMessageContaining("address h:1 to two members")
                .hasMessageContaining("must name this node, n1");
    }

    @Test
    void anEmptyListFoundsNoCluster() {
        assertThatThrownBy(RaftNode.builder().bootstrapMembers(List.of())::build)
                .hasMessageContaining("at least one member");
    }

    private static MemberAddress member(String name, String address) {
        return new MemberAddress(NodeId.of(name), address);
    }
}
