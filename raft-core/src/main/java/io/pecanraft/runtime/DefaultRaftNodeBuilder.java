package io.pecanraft.runtime;

import io.pecanraft.NodeThreads;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.StateMachine;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link DefaultRaftNode} and checks that they fit together. Get one by {@link RaftNode#builder()}. */
public final class DefaultRaftNodeBuilder implements RaftNode.Builder {

    private @Nullable StateMachine stateMachine;
    private @Nullable Storage storage;
    private @Nullable Transport transport;
    private @Nullable List<MemberAddress> bootstrap;
    private boolean joining;
    private RaftConfig config = RaftConfig.defaults();
    private RaftMetrics metrics = RaftMetrics.NONE;
    private @Nullable RaftExecutor raftExecutor;
    private @Nullable Executor applyExecutor;
    private @Nullable Executor snapshotExecutor;
    private @Nullable Executor callbackExecutor;
    private @Nullable Long randomSeed;

    /** An empty builder. */
    public DefaultRaftNodeBuilder() {}

    /** See {@link RaftNode#sharedThreads}. */
    public static NodeThreads sharedThreads(String name, int raftThreads, int workThreads) {
        return new SharedThreads(name, raftThreads, workThreads);
    }

    @Override
    public RaftNode.Builder stateMachine(StateMachine theStateMachine) {
        this.stateMachine = theStateMachine;
        return this;
    }

    @Override
    public RaftNode.Builder storage(Storage theStorage) {
        this.storage = theStorage;
        return this;
    }

    @Override
    public RaftNode.Builder transport(Transport theTransport) {
        this.transport = theTransport;
        return this;
    }

    @Override
    public RaftNode.Builder bootstrapMembers(Collection<MemberAddress> members) {
        this.bootstrap = List.copyOf(members);
        return this;
    }

    @Override
    public RaftNode.Builder joining() {
        this.joining = true;
        return this;
    }

    @Override
    public RaftNode.Builder config(RaftConfig theConfig) {
        this.config = theConfig;
        return this;
    }

    @Override
    public RaftNode.Builder metrics(RaftMetrics theMetrics) {
        this.metrics = theMetrics;
        return this;
    }

    @Override
    public RaftNode.Builder raftExecutor(RaftExecutor executor) {
        this.raftExecutor = executor;
        return this;
    }

    @Override
    public RaftNode.Builder applyExecutor(Executor executor) {
        this.applyExecutor = executor;
        return this;
    }

    @Override
    public RaftNode.Builder snapshotExecutor(Executor executor) {
        this.snapshotExecutor = executor;
        return this;
    }

    @Override
    public RaftNode.Builder callbackExecutor(Executor executor) {
        this.callbackExecutor = executor;
        return this;
    }

    @Override
    public RaftNode.Builder randomSeed(long seed) {
        this.randomSeed = seed;
        return this;
    }

    @Override
    public RaftNode build() {
        List<String> violations = new ArrayList<>();
        StateMachine theStateMachine = given(stateMachine, "stateMachine", violations);
        Storage theStorage = given(storage, "storage", violations);
        Transport theTransport = given(transport, "transport", violations);
        List<MemberAddress> members = members(violations);
        if (members != null && !joining) {
            checkBootstrap(members, theStorage, violations);
        }
        if (theStateMachine == null
                || theStorage == null
                || theTransport == null
                || members == null
                || !violations.isEmpty()) {
            throw new IllegalArgumentException("cannot build a node: " + String.join("; ", violations));
        }
        StorageIdentity identity = theStorage.identity();
        return new DefaultRaftNode(new NodeParts(
                identity,
                theStateMachine,
                theStorage,
                theTransport,
                members,
                config,
                metrics,
                new NodeExecutors(identity, raftExecutor, applyExecutor, snapshotExecutor, callbackExecutor),
                randomSeed != null ? randomSeed : new SecureRandom().nextLong()));
    }

    /** The founders; none for a node that joins. */
    private @Nullable List<MemberAddress> members(List<String> violations) {
        if (bootstrap == null && joining) {
            return List.of();
        }
        if (bootstrap == null || joining) {
            violations.add("one of bootstrapMembers and joining must be given");
        }
        return bootstrap;
    }

    private static <T> @Nullable T given(@Nullable T part, String name, List<String> violations) {
        if (part == null) {
            violations.add(name + " must be given");
        }
        return part;
    }

    private static void checkBootstrap(
            List<MemberAddress> members, @Nullable Storage storage, List<String> violations) {
        Set<NodeId> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (MemberAddress member : members) {
            if (!names.add(member.node())) {
                violations.add("bootstrapMembers names " + member.node() + " twice");
            }
            if (!addresses.add(member.address())) {
                violations.add("bootstrapMembers gives the address " + member.address() + " to two members");
            }
        }
        if (members.isEmpty()) {
            violations.add("bootstrapMembers must name at least one member");
        } else if (storage != null && !names.contains(storage.identity().node())) {
            violations.add("bootstrapMembers must name this node, "
                    + storage.identity().node() + " by its storage, got " + members);
        }
        if (members.size() > Membership.MAX_MEMBERS) {
            violations.add(
                    "bootstrapMembers may name at most " + Membership.MAX_MEMBERS + " members, got " + members.size());
        }
    }
}
