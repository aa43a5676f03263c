package io.pecanraft.testkit.swarm.schedule;

import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link Family} makes its items from: chance of its own, and the measures of the cluster.
 *
 * @param random the family's own stream, so that no family's draws move another's
 * @param nodes how many servers there are
 * @param electionTimeout the measure of all times
 * @param expendable the servers that may lose what they have promised to keep; see {@link FaultAtlas}
 */
public record Draw(SimRandom random, int nodes, Duration electionTimeout, List<Integer> expendable) {

    private static final long MICRO = 1_000;

    /** Divisible by whatever number of servers there are to pick from, so that each is as likely as the others. */
    private static final int PICKS = 420;

    /** Any server. */
    public int node() {
        return random.nextInt(nodes);
    }

    /** Any server that may be damaged; there must be one. */
    public int expendableNode() {
        return expendable.get(random.nextInt(expendable.size()));
    }

    /** A number that decides, when an item happens, whom of those it concerns to whom it can be done then. */
    public long pick() {
        return random.nextInt(PICKS);
    }

    /** Any server but one. */
    public int nodeBut(int not) {
        return (not + 1 + random.nextInt(nodes - 1)) % nodes;
    }

    /** A time from next to nothing to a number of election timeouts. */
    public Duration upTo(int electionTimeouts) {
        return micros(random.between(0, electionTimeout.toNanos() * electionTimeouts));
    }

    /** A time of this mean, exponentially distributed. */
    public Duration about(Duration mean) {
        return micros(random.delay(0, mean.toNanos()));
    }

    /** One of these words. */
    public String word(String... words) {
        return words[random.nextInt(words.length)];
    }

    /** A percentage as a fraction. */
    public double percent(int from, int through) {
        return random.between(from, through) / 100.0;
    }

    /** Decides about each link. */
    public interface LinkTest {

        /** Whether this one is meant. */
        boolean test(int from, int to);
    }

    /** All links for which something holds. */
    public List<Link> links(LinkTest which) {
        List<Link> links = new ArrayList<>();
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                if (from != to && which.test(from, to)) {
                    links.add(new Link(from, to));
                }
            }
        }
        return links;
    }

    private static Duration micros(long nanos) {
        return Duration.ofNanos(nanos / MICRO * MICRO);
    }
}
