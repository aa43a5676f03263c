package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.Injection.Kind;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What this machine lets us do, found out by trying it once. */
final class Permitted {

    private final Map<Kind, String> whyNot = new EnumMap<>(Kind.class);

    private Permitted(Optional<String> noDisks, Optional<String> noTrace, Optional<String> noClocks) {
        noDisks.ifPresent(why -> {
            whyNot.put(Kind.DISK_FULL, why);
            whyNot.put(Kind.POWER, why);
            whyNot.put(Kind.POWER_ALL, why);
        });
        noTrace.ifPresent(why -> whyNot.put(Kind.EIO, why));
        noClocks.ifPresent(why -> whyNot.put(Kind.CLOCK, why));
    }

    /** Tries it. */
    static Permitted here(Path directory) {
        return new Permitted(LoopDisk.whyNot(directory), FailingFlush.whyNot(directory), WallClocks.whyNot(directory));
    }

    /** Neither disks nor failing flushes nor clocks, for this reason. */
    static Permitted nothing(String why) {
        return new Permitted(Optional.of(why), Optional.of(why), Optional.of(why));
    }

    /** Why this cannot be done; empty if it can. */
    Optional<String> whyNot(Kind kind) {
        return Optional.ofNullable(whyNot.get(kind));
    }

    boolean disks() {
        return !whyNot.containsKey(Kind.POWER);
    }

    /** What is skipped and why, for people. */
    Set<String> skipped() {
        Set<String> skipped = new LinkedHashSet<>();
        if (!disks()) {
            skipped.add("disk full, power cuts: " + whyNot.get(Kind.POWER));
        }
        if (whyNot.containsKey(Kind.EIO)) {
            skipped.add("EIO: " + whyNot.get(Kind.EIO));
        }
        if (whyNot.containsKey(Kind.CLOCK)) {
            skipped.add("clock jumps: " + whyNot.get(Kind.CLOCK));
        }
        return skipped;
    }
}
