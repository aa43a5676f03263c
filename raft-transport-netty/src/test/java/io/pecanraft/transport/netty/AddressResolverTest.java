package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AddressResolverTest {

    private final AddressResolver resolver = new AddressResolver();

    @AfterEach
    void close() {
        resolver.close();
    }

    @Test
    void aLiteralAddressNeedsNoLookup() throws Exception {
        assertThat(resolver.resolve("10.1.2.3:80", 0).getNow(null))
                .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 1, 2, 3}), 80));
        assertThat(resolver.resolve("[::1]:80", 0).getNow(null))
                .isEqualTo(new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 80));
    }

    @Test
    void aNameIsLookedUpOffTheCallersThread() throws Exception {
        InetSocketAddress found = resolver.resolve("localhost:80", 0).get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(found.getAddress().isLoopbackAddress()).isTrue();
        assertThat(found.getPort()).isEqualTo(80);
    }

    @Test
    void aNameThatIsNotKnownAndAnAddressThatIsNoneFail() {
        assertThatThrownBy(() ->
                        resolver.resolve("no-such-host.invalid:80", 0).get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnknownHostException.class);
        assertThat(resolver.resolve("nonsense", 0)).isCompletedExceptionally();
    }

    @Test
    void afterClosingNothingIsLookedUp() {
        resolver.close();

        assertThat(resolver.resolve("localhost:80", 0)).isCompletedExceptionally();
    }
}
