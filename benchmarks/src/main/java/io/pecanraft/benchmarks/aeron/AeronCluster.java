package io.pecanraft.benchmarks.aeron;

import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.pecanraft.benchmarks.load.Connector;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.concurrent.NoOpLock;

/** Aeron Cluster, which flushes files at sync level 1 and does not at level 0, its default. */
public final class AeronCluster implements BenchmarkedSystem {

    // Which of a server's ports between servers is for what; clients come in at its port for clients.
    private static final int CONSENSUS = 0;
    private static final int LOG = 1;
    private static final int CATCH_UP = 2;
    private static final int ARCHIVE = 3;

    private static final String IPC = "aeron:ipc?term-length=64k";

    @Override
    public String name() {
        return "aeron";
    }

    @Override
    public String version() {
        return "1.51.0";
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.POWER_LOSS, Guarantee.PROCESS_CRASH);
    }

    @Override
    public List<String> javaOptions() {
        return List.of(
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    }

    @Override
    public Connector connector() {
        return new AeronConnector();
    }

    @Override
    public void startServer(ServerPlace place) {
        int syncLevel = place.guarantee() == Guarantee.POWER_LOSS ? 1 : 0;
        String driverDirectory = driverDirectory("server-" + place.clientPort());
        File clusterDirectory = place.directory().resolve("cluster").toFile();
        MediaDriver.Context driver = new MediaDriver.Context()
                .aeronDirectoryName(driverDirectory)
                .threadingMode(ThreadingMode.SHARED)
                .termBufferSparseFile(true)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true);
        Archive.Context archive = new Archive.Context()
                .aeronDirectoryName(driverDirectory)
                .archiveDir(place.directory().resolve("archive").toFile())
                .controlChannel(endpoint(place.peerPort(place.index(), ARCHIVE)))
                .localControlChannel(IPC)
                .replicationChannel(endpoint(0))
                .recordingEventsEnabled(false)
                .fileSyncLevel(syncLevel)
                .catalogFileSyncLevel(syncLevel)
                .threadingMode(ArchiveThreadingMode.SHARED);
        AeronArchive.Context archiveClient = new AeronArchive.Context()
                .lock(NoOpLock.INSTANCE)
                .aeronDirectoryName(driverDirectory)
                .controlRequestChannel(IPC)
                .controlResponseChannel(IPC);
        ConsensusModule.Context consensus = new ConsensusModule.Context()
                .aeronDirectoryName(driverDirectory)
                .clusterMemberId(place.index())
                .clusterMembers(members(place))
                .clusterDir(clusterDirectory)
                .ingressChannel("aeron:udp?term-length=64k")
                .replicationChannel(endpoint(0))
                .fileSyncLevel(syncLevel)
                .archiveContext(archiveClient.clone());
        ClusteredMediaDriver cluster = ClusteredMediaDriver.launch(driver, archive, consensus);
        ClusteredServiceContainer service = ClusteredServiceContainer.launch(new ClusteredServiceContainer.Context()
                .aeronDirectoryName(driverDirectory)
                .archiveContext(archiveClient.clone())
                .clusterDir(clusterDirectory)
                .clusteredService(new AeronMap()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            service.close();
            cluster.close();
        }));
    }

    private static String members(ServerPlace place) {
        return IntStream.range(0, place.servers())
                .mapToObj(i -> i + ","
                        + address(ServerPlace.clientPort(place.basePort(), i)) + ","
                        + address(place.peerPort(i, CONSENSUS)) + ","
                        + address(place.peerPort(i, LOG)) + ","
                        + address(place.peerPort(i, CATCH_UP)) + ","
                        + address(place.peerPort(i, ARCHIVE)))
                .collect(Collectors.joining("|"));
    }

    /** The media driver's files belong into memory, its documentation says. */
    static String driverDirectory(String name) {
        return "/dev/shm/pecanraft-benchmarks-" + name;
    }

    static String endpoint(int port) {
        return "aeron:udp?endpoint=" + address(port);
    }

    static String address(int port) {
        return ServerPlace.HOST + ":" + port;
    }
}
