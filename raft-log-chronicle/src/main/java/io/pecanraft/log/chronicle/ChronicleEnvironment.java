package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.core.OS;

/**
 * What must hold before any class of Chronicle is initialised: the JVM flags it cannot live without, and that it neither
 * reports usage to its maker nor prints advertisements.
 */
final class ChronicleEnvironment {

    /** Without it a queue falls back to read-only, with a misleading message. */
    static final String EXPORT_FLAG = "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED";

    /** Without it no file can be mapped. */
    static final String OPEN_FLAG = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED";

    /**
     * Set unless the user has set them: no usage report, no announcement, no thread that watches disk space (the reserve of
     * {@link ChronicleStorageConfig} does that).
     */
    private static final List<String> QUIET =
            List.of("chronicle.analytics.disable", "chronicle.announcer.disable", "chronicle.disk.monitor.disable");

    static {
        for (String property : QUIET) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "true");
            }
        }
    }

    private ChronicleEnvironment() {}

    /** Passes, or says which flags are missing. */
    static void check() {
        // Naming the class loads it but does not initialise it.
        Module chronicle = OS.class.getModule();
        Module base = Object.class.getModule();
        check(
                base.isExported("sun.nio.ch", chronicle),
                base.isOpen("java.lang.reflect", chronicle),
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
                System.getProperty("os.name", "").startsWith("Linux"));
    }

    /** The decision, apart from how its facts are found. */
    static void check(boolean exported, boolean opened, boolean littleEndian, boolean linux) {
        if (!linux || !littleEndian) {
            throw new StorageException(
                    Reason.ENVIRONMENT,
                    "the log needs Linux on a little-endian processor, because what it promises rests on how Linux flushes"
                            + " files; elsewhere, run it in a container or a virtual machine with Linux");
        }
        List<String> missing = new ArrayList<>();
        if (!exported) {
            missing.add(EXPORT_FLAG);
        }
        if (!opened) {
            missing.add(OPEN_FLAG);
        }
        if (!missing.isEmpty()) {
            throw new StorageException(
                    Reason.ENVIRONMENT,
                    "the log is kept in files of Chronicle Queue, which needs these flags on the command line of java (or in"
                            + " JDK_JAVA_OPTIONS): " + String.join(" ", missing));
        }
    }
}
