package io.pecanraft.runtime;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.StateMachine;
import java.util.Collection;
import java.util.concurrent.Executor;

/** Placeholder until the driver lands. */
public final class DefaultRaftNodeBuilder implements RaftNode.Builder {

    @Override
    public RaftNode.Builder stateMachine(StateMachine stateMachine) {
        return this;
    }

    @Override
    public RaftNode.Builder storage(Storage storage) {
        return this;
    }

    @Override
    public RaftNode.Builder transport(Transport transport) {
        return this;
    }

    @Override
    public RaftNode.Builder bootstrapMembers(Collection<MemberAddress> members) {
        return this;
    }

    @Override
    public RaftNode.Builder config(RaftConfig config) {
        return this;
    }

    @Override
    public RaftNode.Builder metrics(RaftMetrics metrics) {
        return this;
    }

    @Override
    public RaftNode.Builder raftExecutor(RaftExecutor executor) {
        return this;
    }

    @Override
    public RaftNode.Builder applyExecutor(Executor executor) {
        return this;
    }

    @Override
    public RaftNode.Builder snapshotExecutor(Executor executor) {
        return this;
    }

    @Override
    public RaftNode.Builder callbackExecutor(Executor executor) {
        return this;
    }

    @Override
    public RaftNode.Builder randomSeed(long seed) {
        return this;
    }

    @Override
    public RaftNode build() {
        throw new UnsupportedOperationException();
    }
}
