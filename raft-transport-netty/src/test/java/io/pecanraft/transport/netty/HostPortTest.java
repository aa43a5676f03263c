package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @Test
    void namesAndLiteralAddressesAreRead() {
        assertThat(HostPort.parse("n1.example:8001")).isEqualTo(new HostPort("n1.example", 8001));
        assertThat(HostPort.parse("10.0.0.1:1")).isEqualTo(new HostPort("10.0.0.1", 1));
        assertThat(HostPort.parse("[fe80::1]:65535")).isEqualTo(new HostPort("fe80::1", 65535));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "n1",
                "n1:",
                ":8001",
                "n1:0",
                "n1:65536",
                "n1:+80",
                "n1:80 ",
                "n 1:80",
                "::1:80",
                "[]:80",
                "n\u00e4me:80",
                "n1:99999999999"
            })
    void anythingElseIsRefusedAndQuoted(String address) {
        assertThatThrownBy(() -> HostPort.parse(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + address + "' is not host:port");
    }
}
