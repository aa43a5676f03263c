/** JGroups-raft on its file-based log, on a stack that is put together from the ones that JGroups and JGroups-raft ship. */
@NullMarked
package io.pecanraft.benchmarks.jgroups;

import org.jspecify.annotations.NullMarked;
