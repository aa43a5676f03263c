package io.pecanraft.examples.kv.chaos;

import java.util.List;

/**
 * What a round has shown: a line of the ledger, as JSON.
 *
 * @param commit of the sources, as the command line said
 * @param javas on which Java servers were started, with how often
 * @param verdict what is wrong, in sentences; empty when all is well
 * @param answered operations that were answered
 * @param unknown operations of unknown outcome
 * @param failoverMillis from the kill of the leader to the first write that was asked for after it and acknowledged; negative if there
 *     was none
 * @param resumedMillis the same from when everything was healed
 * @param electionMillis the election timeout
 * @param bucketMillis how long one element of {@code answers} lasts
 * @param answers how many answers there were, over time
 * @param injections what was injected
 */
record RoundResult(
        long seed,
        int nodes,
        int seconds,
        String commit,
        List<String> javas,
        List<String> verdict,
        int answered,
        int unknown,
        long failoverMillis,
        long resumedMillis,
        long electionMillis,
        int bucketMillis,
        List<Integer> answers,
        List<Injector.Outcome> injections) {

    boolean isClean() {
        return verdict.isEmpty();
    }
}
