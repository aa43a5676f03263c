package io.pecanraft.runtime;

import io.pecanraft.RaftConfig;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.StateMachine;
import java.util.List;

/** What a node is made of, checked by the builder. */
record NodeParts(
        StorageIdentity identity,
        StateMachine stateMachine,
        Storage storage,
        Transport transport,
        List<MemberAddress> bootstrap,
        RaftConfig config,
        RaftMetrics metrics,
        NodeExecutors executors,
        long seed) {}
