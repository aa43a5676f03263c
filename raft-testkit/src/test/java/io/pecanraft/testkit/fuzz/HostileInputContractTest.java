package io.pecanraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Would the contract notice? Decoders of a length and that many bytes, with faults of the usual kinds. */
class HostileInputContractTest {

    /** The contract on a given decoder; without a name, so that JUnit does not run it by itself. */
    private static HostileInputContract on(Consumer<byte[]> decoder) {
        return new HostileInputContract() {
            @Override
            protected List<byte[]> samples() {
                return List.of(new byte[] {0, 0, 0, 3, 'a', 'b', 'c'});
            }

            @Override
            protected void decode(byte[] input) {
                decoder.accept(input);
            }
        };
    }

    private static void careful(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        if (in.remaining() >= Integer.BYTES) {
            int length = in.getInt();
            if (length >= 0 && length <= in.remaining()) {
                in.get(new byte[length]);
            }
        }
    }

    private static void greedy(byte[] input) {
        int length = input.length < Integer.BYTES ? 0 : ByteBuffer.wrap(input).getInt();
        byte[] believed = new byte[Math.max(0, Math.min(length, 1 << 26))];
        Arrays.fill(believed, (byte) 1);
    }

    private static void careless(byte[] input) {
        int sum = 0;
        for (int i = 0; i < input[3]; i++) {
            sum += input[4 + i];
        }
        assertThat(sum).isLessThan(Integer.MAX_VALUE);
    }

    @Test
    void aLengthThatIsBelievedIsFound() {
        assertThatThrownBy(on(HostileInputContractTest::greedy)::nothingMadeUpIsMishandled)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bytes were allocated for an input of")
                .hasMessageContaining("-Dfuzz.seed=1 -Dfuzz.inputs=");
    }

    @Test
    void anExceptionThatIsNotTheDecodersOwnIsFound() {
        assertThatThrownBy(on(HostileInputContractTest::careless)::nothingMadeUpIsMishandled)
                .isInstanceOf(AssertionError.class)
                .hasRootCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
    }

    @Test
    void aDecoderThatDoesItRightPasses() throws Exception {
        HostileInputContract careful = on(HostileInputContractTest::careful);
        careful.samplesAreAccepted();
        careful.whatWasMishandledOnceIsHandled();
        careful.nothingMadeUpIsMishandled();
    }

    @Test
    void theSameSeedMakesTheSameInputs() {
        List<byte[]> originals = List.of(new byte[40], new byte[] {1, 2, 3});
        for (int seed = 0; seed < 100; seed++) {
            assertThat(Mutation.of(originals, 50, new SplittableRandom(seed)))
                    .isEqualTo(Mutation.of(originals, 50, new SplittableRandom(seed)))
                    .hasSizeLessThanOrEqualTo(50);
        }
    }
}
