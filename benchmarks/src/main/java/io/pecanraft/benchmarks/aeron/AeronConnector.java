package io.pecanraft.benchmarks.aeron;

import io.aeron.cluster.client.AeronCluster.Context;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.pecanraft.benchmarks.load.Connector;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Connects Aeron's own client, with a media driver in the client's process. */
final class AeronConnector implements Connector {

    @Override
    public AutoCloseable connect(Target target, Duration patience, Load load) {
        MediaDriver driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(AeronCluster.driverDirectory("client-" + target.basePort()))
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
        AeronClient client = new AeronClient(load, target.valueBytes());
        client.start(new Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .egressListener(client)
                .egressChannel(AeronCluster.endpoint(0))
                .ingressChannel("aeron:udp")
                .ingressEndpoints(IntStream.range(0, target.servers())
                        .mapToObj(i -> i + "=" + AeronCluster.address(ServerPlace.clientPort(target.basePort(), i)))
                        .collect(Collectors.joining(",")))
                .messageTimeoutNs(patience.toNanos()));
        return () -> {
            client.close();
            driver.close();
        };
    }
}
