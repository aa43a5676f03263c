package io.pecanraft.examples.kv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only the page itself changes anything, whatever page a browser was led to. */
class ConsoleGuardTest {

    private final ConsoleGuard guard = new ConsoleGuard(true, "n1.kv.local");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9001",
                "localhost:9001",
                "n1.kv.local:9001",
                "N1.KV.LOCAL",
                "[::1]:9001",
                "10.0.0.7:9001"
            })
    void thePageMay(String host) {
        Headers page = headers(host);
        page.set("Origin", "http://" + host);
        page.set("Sec-Fetch-Site", "same-origin");
        assertThat(guard.refusal(page)).isEmpty();
    }

    @Test
    void anotherNodeMay() {
        Headers node = headers("10.0.0.7:9001");
        node.set(ConsoleGuard.HEADER, ConsoleGuard.PASSED_ON);
        assertThat(guard.refusal(node)).isEmpty();
    }

    @Test
    void nobodyMayWhereTheConsoleOnlyLooks() {
        assertThat(new ConsoleGuard(false, "h").refusal(headers("127.0.0.1:9001")))
                .contains("this node's console only looks; start it with --http-admin");
    }

    @Test
    void aFormOfAnotherPageHasNoHeaderOfItsOwn() {
        Headers form = headers("127.0.0.1:9001");
        form.remove(ConsoleGuard.HEADER);
        assertThat(guard.refusal(form)).contains("the header X-PecanRaft-Console is missing");
        form.set(ConsoleGuard.HEADER, "else");
        assertThat(guard.refusal(form)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://evil.example",
        "Origin, null",
        "Origin, https://127.0.0.1:9001",
        "Origin, http://127.0.0.1:9002",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Sec-Fetch-Site, none"
    })
    void aScriptOfAnotherPageHasAnotherOrigin(String header, String value) {
        Headers script = headers("127.0.0.1:9001");
        script.set(header, value);
        assertThat(guard.refusal(script)).isEqualTo(Optional.of("it comes from another page"));
    }

    /** An attacker's name that resolves to this address makes the attacker's page one of the same origin. */
    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example:9001", "127.0.0.1.evil.example", "n2.kv.local", "localhost.evil", "", ":", "a b"})
    void aNameThatIsNotOursIsNotServed(String host) {
        Headers rebound = headers(host);
        rebound.set("Origin", "http://" + host);
        assertThat(guard.refusal(rebound)).contains("called by a name that is not ours");
    }

    private static Headers headers(String host) {
        Headers headers = new Headers();
        headers.set("Host", host);
        headers.set(ConsoleGuard.HEADER, ConsoleGuard.FROM_PAGE);
        return headers;
    }
}
