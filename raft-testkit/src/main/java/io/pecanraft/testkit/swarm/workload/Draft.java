package io.pecanraft.testkit.swarm.workload;

/**
 * What chance has drawn for a command, for the {@link Workload} to make one of; it need not use all.
 *
 * @param variant which of three kinds: 0, 1 or 2. Commands that are tried again after an unknown outcome, those of sessions, and those that
 *     ask whether the cluster works are all of variant 2: make it one that shows when it takes effect twice, such as an addition
 * @param key which of the few things that the state machine holds, from 0; hardly ever above 3
 * @param value any number from 0 to 999,999
 * @param padding how many bytes the command may carry for their weight alone
 */
public record Draft(int variant, int key, long value, int padding) {

    /** How many variants there are. */
    public static final int VARIANTS = 3;

    /** One that an operator sends to see whether the cluster works; of the last variant. */
    public static Draft probe(int key) {
        return new Draft(VARIANTS - 1, key, 1, 0);
    }
}
