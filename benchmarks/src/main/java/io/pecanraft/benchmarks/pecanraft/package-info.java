/** PecanRaft, put together as its README says, with its defaults; forwarding is off, since the client talks to the leader. */
@NullMarked
package io.pecanraft.benchmarks.pecanraft;

import org.jspecify.annotations.NullMarked;
