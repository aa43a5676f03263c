package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an integer is decided as Redis decides it: only its own spelling counts. */
class IntegersTest {

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, -1, 10, -10, 99, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1})
    void readsWhatItWouldWrite(long number) {
        assertThat(Integers.parse(Bytes.of(number))).hasValue(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                " 1",
                "1 ",
                "01",
                "-0",
                "-01",
                "00",
                "1.0",
                "1e3",
                "abc",
                "0x10",
                "--1",
                "1-",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "184467440737095516160"
            })
    void refusesEverythingElse(String text) {
        assertThat(Integers.parse(Bytes.of(text))).isEmpty();
    }
}
