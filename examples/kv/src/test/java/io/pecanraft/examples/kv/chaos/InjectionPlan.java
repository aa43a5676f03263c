package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.Injection.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a seed injects into a round. A leader is always killed first, with time to see what becomes of it, for that is when the failover
 * is measured. Later faults overlap; a majority may be gone for a while. The plan does not depend on the machine: what that does not
 * permit is left out when its time comes, and moves nothing else.
 */
final class InjectionPlan {

    private static final int FIRST_MILLIS = 1_000;
    private static final int FIRST_FOR_MILLIS = 3_500;
    private static final int SECOND_MILLIS = 5_500;
    private static final int LEAST_FOR_MILLIS = 300;
    private static final int MORE_FOR_MILLIS = 3_500;
    private static final int STALL_MILLIS = 900;
    private static final int LEAST_GAP_MILLIS = 300;
    private static final int MORE_GAP_MILLIS = 2_200;
    private static final int CLOCK_SECONDS = 3_607; // some days to either side
    private static final int IMPATIENT_ONE_IN = 4;

    private static final Map<Kind, Integer> WEIGHTS = weights();

    private InjectionPlan() {}

    private static Map<Kind, Integer> weights() {
        Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            weights.put(kind, 2);
        }
        weights.put(Kind.KILL, 4);
        weights.put(Kind.PAUSE, 3);
        return weights;
    }

    /** In the order of their beginnings. */
    static List<Injection> draw(long seed, int nodes, int seconds) {
        Random random = new Random(seed);
        List<Injection> plan = new ArrayList<>();
        int end = seconds * 1_000;
        plan.add(new Injection(
                Kind.KILL, FIRST_MILLIS, Math.min(FIRST_FOR_MILLIS, end - FIRST_MILLIS), Injection.LEADER, 0, 0, true));
        for (int at = SECOND_MILLIS;
                at + LEAST_FOR_MILLIS < end;
                at += LEAST_GAP_MILLIS + random.nextInt(MORE_GAP_MILLIS)) {
            Kind kind = kind(random);
            int millis = LEAST_FOR_MILLIS
                    + random.nextInt(kind == Kind.STALL ? STALL_MILLIS - LEAST_FOR_MILLIS : MORE_FOR_MILLIS);
            int node = random.nextInt(nodes + 1) - 1; // the leader as often as each
            int other = random.nextInt(nodes);
            int amount = amount(kind, random);
            boolean patient = random.nextInt(IMPATIENT_ONE_IN) > 0;
            plan.add(new Injection(kind, at, Math.min(millis, end - at), node, other, amount, patient));
        }
        return plan;
    }

    private static Kind kind(Random random) {
        int ticket = random.nextInt(
                WEIGHTS.values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<Kind, Integer> entry : WEIGHTS.entrySet()) {
            ticket -= entry.getValue();
            if (ticket < 0) {
                return entry.getKey();
            }
        }
        throw new AssertionError(ticket);
    }

    private static int amount(Kind kind, Random random) {
        int drawn = random.nextInt(280);
        return switch (kind) {
            case DELAY -> 20 + drawn;
            case CORRUPT -> 5 + drawn % 45;
            case CLOCK -> (drawn - 140) * CLOCK_SECONDS;
            default -> 0;
        };
    }
}
