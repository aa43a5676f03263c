package io.pecanraft.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Warms up, measures a closed loop, and then open loops at parts of the rate that the closed one has reached.
 *
 * @param outstanding operations under way in the closed loop
 * @param openPercents the rates of the open loops
 * @param warmUp how long operations are sent before anything is recorded
 * @param length how long each loop is recorded
 * @param pids the processes whose usage is counted
 */
public record Measurement(
        int outstanding, List<Integer> openPercents, Duration warmUp, Duration length, List<Long> pids) {

    /** The least that are under way during most of the warm-up, so that code is compiled also where one at a time is measured. */
    private static final int WARM_UP_OUTSTANDING = 256;

    /** The part of the warm-up that is left for the pace that is measured. */
    private static final int SETTLING_PART = 5;

    private static final long REPLY_SECONDS = 30;

    /** Runs on a load that is connected. */
    public List<Outcome> run(Load load) throws InterruptedException, IOException {
        Duration settling = warmUp.dividedBy(SETTLING_PART);
        load.setPace(Pace.closed(Math.max(outstanding, WARM_UP_OUTSTANDING)));
        pause(warmUp.minus(settling));
        load.setPace(Pace.closed(outstanding));
        pause(settling);
        List<Outcome> outcomes = new ArrayList<>();
        Outcome closed = measure("closed", load);
        outcomes.add(closed);
        for (int percent : openPercents) {
            load.setPace(Pace.open(closed.opsPerSecond() * percent / 100, System.nanoTime()));
            pause(settling);
            outcomes.add(measure("open-" + percent, load));
        }
        load.setPace(Pace.closed(0));
        return outcomes;
    }

    private Outcome measure(String mode, Load load) throws InterruptedException, IOException {
        Recording recording = new Recording();
        await(load, recording);
        Usage before = Usage.of(pids);
        pause(length);
        Usage after = Usage.of(pids);
        await(load, null);
        if (recording.failures() > 0) {
            throw new IOException(recording.failures() + " operations failed beside "
                    + recording.latencyNanos().getTotalCount() + " that were done (" + mode
                    + "): the leader has changed or refuses; nothing is to be learned from this");
        }
        if (recording.latencyNanos().getTotalCount() == 0) {
            throw new IOException("nothing was answered within " + length.toMillis() + " ms (" + mode + ")");
        }
        return Outcome.of(mode, recording, before, after);
    }

    private static void await(Load load, @Nullable Recording recording) throws InterruptedException, IOException {
        try {
            load.record(recording).get(REPLY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the connection is gone", e);
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
