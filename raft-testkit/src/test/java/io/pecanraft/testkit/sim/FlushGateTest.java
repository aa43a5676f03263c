package io.pecanraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlushGateTest {

    private final FlushGate gate = new FlushGate();
    private final List<String> ended = new ArrayList<>();

    private void flush(String name) {
        gate.pass(() -> ended.add(name));
    }

    @Test
    void aDiskThatHangsTwiceWorksWhenBothAreOver() {
        gate.hold();
        gate.hold();
        flush("a");
        gate.release();
        assertThat(ended).isEmpty();
        gate.release();
        assertThat(ended).containsExactly("a");
    }

    @Test
    void aDiskThatIsFilledTwiceHasRoomWhenBothAreOverAndOneReserve() {
        gate.fillUp(1);
        gate.fillUp(5);
        flush("a");
        flush("b");
        assertThat(ended).containsExactly("a");
        gate.makeRoom();
        assertThat(gate.isFull()).isTrue();
        gate.makeRoom();
        assertThat(ended).containsExactly("a", "b");
    }

    @Test
    void healingEndsAllOfThem() {
        gate.hold();
        gate.hold();
        gate.fillUp(0);
        flush("a");
        gate.open();
        assertThat(ended).containsExactly("a");
        assertThat(gate.isFull()).isFalse();
    }
}
