package io.pecanraft.testkit.scenario;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.LogImage;
import java.util.Locale;
import java.util.Optional;

/** Where a server stands, in one line: Figure 2's state, with the log as runs of indices of a term. */
final class NodeText {

    private NodeText() {}

    static String of(SimNode node) {
        Optional<NodeStatus> status = node.status();
        if (status.isEmpty()) {
            return node.id() + ": down, on disk " + log(node.disk().durable());
        }
        NodeStatus s = status.get();
        StringBuilder out = new StringBuilder();
        out.append(node.id()).append(": ");
        if (s.state() != NodeStatus.State.RUNNING) {
            out.append(s.state().name().toLowerCase(Locale.ROOT)).append(", ");
        }
        out.append(s.role().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        out.append(" of term ").append(s.term());
        out.append(s.votedFor()
                .map(MemberId::node)
                .map(NodeId::value)
                .map(voted -> ", voted " + voted)
                .orElse(""));
        out.append(s.leader().map(leader -> ", leader " + leader).orElse(""));
        out.append(", log ").append(log(node.disk().written()));
        if (s.durableIndex() < s.lastIndex()) {
            out.append(", durable ").append(s.durableIndex());
        }
        if (s.snapshotIndex() > 0) {
            out.append(", snapshot ").append(s.snapshotIndex());
        }
        out.append(", commit ").append(s.commitIndex());
        if (s.appliedIndex() != s.commitIndex()) {
            out.append(", applied ").append(s.appliedIndex());
        }
        if (s.applicationVersion() > 0) {
            out.append(", version ").append(s.applicationVersion()).append(" of least ");
            out.append(
                    s.minimumVersion().isPresent()
                            ? String.valueOf(s.minimumVersion().getAsInt())
                            : "unknown");
        }
        return out.toString();
    }

    private static String log(LogImage log) {
        StringBuilder out = new StringBuilder();
        if (log.base().index() > 0) {
            out.append("after ").append(MessageText.of(log.base()));
        }
        long index = log.base().index() + 1;
        while (index <= log.lastIndex()) {
            long term = log.termAt(index);
            long end = index;
            while (end < log.lastIndex() && log.termAt(end + 1) == term) {
                end++;
            }
            out.append(out.length() == 0 ? "" : " ");
            out.append(index == end ? "" + index : index + "-" + end)
                    .append('@')
                    .append(term);
            index = end + 1;
        }
        return out.length() == 0 ? "empty" : out.toString();
    }
}
