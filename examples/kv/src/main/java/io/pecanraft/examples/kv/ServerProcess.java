package io.pecanraft.examples.kv;

import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a server process: until a signal, the end of its parent, or the failure of the node. */
final class ServerProcess {

    private static final Logger log = LoggerFactory.getLogger(ServerProcess.class);

    private ServerProcess() {}

    /** Runs a server; returns the exit code when the node failed. A signal ends the process from within. */
    static int run(ServerSettings settings, boolean supervised) {
        KvServer server = KvServer.start(settings);
        Thread closer = new Thread(
                () -> {
                    log.atInfo().addKeyValue("node", settings.node()).log("stopping");
                    server.close();
                    log.atInfo().addKeyValue("node", settings.node()).log("stopped");
                },
                "kv-stop");
        Runtime.getRuntime().addShutdownHook(closer);
        CompletableFuture<Throwable> end = server.failure();
        if (supervised) {
            endWithParent();
        }
        Throwable failure = end.join();
        log.atError().addKeyValue("node", settings.node()).setCause(failure).log("node failed, ending the process");
        System.err.println("kv server: node " + settings.node() + " failed: " + failure.getMessage());
        return failure instanceof StorageException || failure.getCause() instanceof StorageException
                ? ExitCode.STORAGE
                : ExitCode.NODE_FAILED;
    }

    /** Standard input is a pipe whose other end the parent holds; it ends with the parent, even by kill -9. */
    private static void endWithParent() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(
                                OutputStream.nullOutputStream()); // nothing is ever said, only the end matters
                    } catch (IOException e) {
                        log.atDebug().setCause(e).log("pipe from the parent broke");
                    }
                    log.atInfo().log("the parent process let go, ending");
                    System.exit(ExitCode.FAILURE);
                },
                "kv-parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }
}
