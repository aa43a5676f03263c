package io.pecanraft.benchmarks.load;

/**
 * What a load is for.
 *
 * @param basePort the first port of server 0; see {@link io.pecanraft.benchmarks.system.ServerPlace}
 * @param servers how many there are
 * @param groups how many Raft groups each server has, over which keys are spread
 * @param valueBytes the length of every value
 */
public record Target(int basePort, int servers, int groups, int valueBytes) {}
