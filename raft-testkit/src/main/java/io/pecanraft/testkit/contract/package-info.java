/**
 * What every storage must do, as abstract JUnit 5 classes. Who implements {@link io.pecanraft.spi.Storage}, or only its log or
 * its snapshots, extends them, says how to open the storage under test, and inherits the tests.
 *
 * <p>{@link io.pecanraft.testkit.contract.RaftLogContract} and {@link io.pecanraft.testkit.contract.SnapshotStoreContract} hold
 * what can be seen without crashing anything. What a log must do when the power goes, or a flush fails, needs a seam of the
 * storage's own to take pictures of its disk; {@code raft-log-chronicle} shows how that is tested.
 *
 * <p>For state machines there is {@link io.pecanraft.testkit.contract.StateMachineContract}, and {@link
 * io.pecanraft.testkit.contract.FedBatch} for tests of your own.
 *
 * <p>Needs JUnit 5 and AssertJ, which are optional dependencies of the testkit.
 */
@NullMarked
package io.pecanraft.testkit.contract;

import org.jspecify.annotations.NullMarked;
