package io.pecanraft.runtime;

/** Placeholder so that contracts compile. */
public final class DefaultRaftNodeBuilder {}
