package io.pecanraft.benchmarks.front;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** Remembers the most that the heap of this process held after a collection: what was alive then, and some that was not found dead. */
final class HeapWatch {

    private static final HeapWatch OF_THIS_PROCESS = new HeapWatch();

    private final Set<String> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());

    private final AtomicLong greatestBytes = new AtomicLong();

    private HeapWatch() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, nothing) -> onCollection((CompositeData) notification.getUserData()),
                        null,
                        null);
            }
        }
    }

    static HeapWatch ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    private void onCollection(CompositeData collection) {
        long bytes =
                GarbageCollectionNotificationInfo.from(collection)
                        .getGcInfo()
                        .getMemoryUsageAfterGc()
                        .entrySet()
                        .stream()
                        .filter(usage -> pools.contains(usage.getKey()))
                        .mapToLong(usage -> usage.getValue().getUsed())
                        .sum();
        greatestBytes.accumulateAndGet(bytes, Math::max);
    }

    long greatestBytes() {
        return greatestBytes.get();
    }

    /** Collects now, and begins anew with what is left. */
    void collect() {
        System.gc();
        greatestBytes.set(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
}
