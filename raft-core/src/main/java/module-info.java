/**
 * Raft consensus as an embeddable library: the API, the protocol and its driver.
 *
 * <p>Start at {@link io.pecanraft.RaftNode}. The protocol itself is in {@code io.pecanraft.protocol}, which is not
 * exported: it performs no I/O and knows no clock, and is driven by {@code io.pecanraft.runtime}.
 */
module io.pecanraft.core {
    requires transitive io.pecanraft.statemachine;
    requires static transitive org.jspecify;
    requires org.slf4j;
    // Optional: a JVM without Flight Recorder records nothing.
    requires static jdk.jfr;

    exports io.pecanraft;
    exports io.pecanraft.model;
    exports io.pecanraft.spi;
}
