package io.pecanraft.benchmarks.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Measurement;
import io.pecanraft.benchmarks.load.Outcome;
import io.pecanraft.benchmarks.system.KeyValues;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Client, front and measurement over a socket, with a map that replicates nothing. */
class FrontTest {

    private static final int VALUE_BYTES = 100;
    private static final Duration SHORT = Duration.ofMillis(500);

    private final Measurement measurement = new Measurement(
            16, List.of(50), SHORT, SHORT, List.of(ProcessHandle.current().pid()));

    @Test
    void whatTheClientPutsArrivesWholeAndBothLoopsAreMeasured() throws Exception {
        LocalMap map = new LocalMap();
        List<Outcome> outcomes = measure(map);
        assertThat(outcomes).extracting(Outcome::mode).containsExactly("closed", "open-50");
        assertThat(outcomes).allMatch(outcome -> outcome.opsPerSecond() > 0 && outcome.p50Micros() > 0);
        assertThat(map.wrongLengths).isEmpty();
        assertThat(map.values.size()).isPositive().isLessThanOrEqualTo(Put.KEYS);
    }

    @Test
    void whatIsReadArrivesWhole() throws Exception {
        LocalMap map = new LocalMap();
        for (int i = 0; i < Put.KEYS; i++) {
            map.values.apply(Put.encode(Put.key(i), new byte[VALUE_BYTES]));
        }
        List<Outcome> outcomes = measure(map, Operation.READ_LEASE);
        assertThat(outcomes).allMatch(outcome -> outcome.opsPerSecond() > 0);
        assertThat(map.reads).containsOnly(Operation.READ_LEASE);
    }

    @Test
    void aReadThatDoesNotFindWhatWasPutHasFailed() {
        assertThatThrownBy(() -> measure(new LocalMap(), Operation.READ))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("operations failed");
    }

    @Test
    void keysAreSpreadOverGroupsWhoseLeadersAreOnDifferentServers() throws Exception {
        List<LocalMap> maps = List.of(new LocalMap(), new LocalMap(), new LocalMap());
        Channel some = Front.open(ServerPlace.HOST, 0, List.copyOf(maps));
        Channel others = Front.open(ServerPlace.HOST, 0, List.copyOf(maps));
        Load load = new Load(1, Operation.READ);
        AutoCloseable connection =
                FrontConnector.connect(List.of(port(some), port(others), port(some)), VALUE_BYTES, load);
        try {
            load.fill(2 * Put.KEYS, SHORT.multipliedBy(20));
            assertThat(measurement.run(load)).allMatch(outcome -> outcome.opsPerSecond() > 0);
        } finally {
            connection.close();
            some.close();
            others.close();
        }
        assertThat(maps).allMatch(map -> map.values.size() > Put.KEYS / 4);
        assertThat(maps.stream().mapToInt(map -> map.values.size()).sum()).isEqualTo(Put.KEYS);
    }

    private static int port(Channel front) {
        return ((InetSocketAddress) front.localAddress()).getPort();
    }

    @Test
    void aServerSaysHowMuchItHasAppliedAndWhatItsHeapHolds() throws Exception {
        LocalMap map = new LocalMap();
        map.values.apply(Put.encode(Put.key(1), new byte[1]));
        Channel front = Front.open(ServerPlace.HOST, 0, List.of(map));
        Inspection inspection = FrontCall.collect(port(front));
        assertThat(inspection.applied()).isOne();
        assertThat(inspection.heapBytes()).isPositive();
        assertThat(FrontCall.inspect(port(front)).applied()).isOne();
        assertThat(FrontCall.put(port(front), 0)).isTrue();
        front.close();
    }

    @Test
    void aMeasurementInWhichAnOperationFailedIsVoid() {
        ReplicatedMap refusing = put -> CompletableFuture.failedFuture(new IllegalStateException("not the leader"));
        assertThatThrownBy(() -> measure(refusing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("operations failed");
    }

    private List<Outcome> measure(ReplicatedMap map) throws Exception {
        return measure(map, Operation.WRITE);
    }

    private List<Outcome> measure(ReplicatedMap map, Operation operation) throws Exception {
        Channel front = Front.open(ServerPlace.HOST, 0, List.of(map));
        Load load = new Load(1, operation);
        AutoCloseable connection = FrontConnector.connect(List.of(port(front)), VALUE_BYTES, load);
        try {
            return measurement.run(load);
        } finally {
            connection.close();
            front.close();
        }
    }

    /** Used by the one thread of the front. */
    private static final class LocalMap implements ReplicatedMap {

        private final KeyValues values = new KeyValues();
        private final List<Integer> wrongLengths = new ArrayList<>();
        private final Set<Operation> reads = EnumSet.noneOf(Operation.class);

        @Override
        public long applied() {
            return values.applied();
        }

        @Override
        public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
            reads.add(how);
            return CompletableFuture.completedFuture(values.get(key));
        }

        @Override
        public CompletionStage<?> put(ByteBuffer put) {
            if (put.remaining() != Put.bytes(VALUE_BYTES)) {
                wrongLengths.add(put.remaining());
            }
            values.apply(put);
            return CompletableFuture.completedFuture(null);
        }
    }
}
