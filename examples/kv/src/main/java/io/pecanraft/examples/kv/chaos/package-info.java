/**
 * {@code kv cluster --chaos}: breaks a running cluster from a page, and judges what clients are told meanwhile.
 *
 * <p>Read {@link io.pecanraft.examples.kv.chaos.Chaos} first, which puts the parts together. {@link
 * io.pecanraft.examples.kv.chaos.Nodes} is what it needs of the processes. {@link io.pecanraft.examples.kv.chaos.Faults} breaks
 * and mends: processes with signals, the network by {@code Links}, a small proxy between each two nodes. {@code Workload} asks and
 * writes down what it is told, {@code Judge} holds that to {@code ConditionalKeys} with the checker of {@code raft-testkit}.
 *
 * <p>Runs in the process that has started the nodes, never in a node. Knows RESP by {@link io.pecanraft.examples.kv.chaos.Client}
 * only, and Raft not at all.
 */
@NullMarked
package io.pecanraft.examples.kv.chaos;

import org.jspecify.annotations.NullMarked;
