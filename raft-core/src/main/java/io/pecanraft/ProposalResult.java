package io.pecanraft;

import java.nio.ByteBuffer;

/**
 * A command that was committed and applied.
 *
 * @param index its place in the log; a local read not before this index sees its effect
 * @param reply what the state machine replied; empty when it did not
 */
public record ProposalResult(long index, ByteBuffer reply) {}
