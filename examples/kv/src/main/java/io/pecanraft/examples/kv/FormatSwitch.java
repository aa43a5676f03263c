package io.pecanraft.examples.kv;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.store.StoreStatus;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Opens a format once every server understands it, and for good once it is in the log.
 *
 * <p>The log decides where it has spoken: a command of the format was applied here, so whoever reads the log must understand
 * it, whether a server is down or a new leader has heard everybody or not. Before that the least application version of all members does.
 */
final class FormatSwitch implements FormatGate {

    private static final int FIRST = 1;

    private final RaftNode node;
    private final Supplier<StoreStatus> store;

    FormatSwitch(RaftNode node, Supplier<StoreStatus> store) {
        this.node = node;
        this.store = store;
    }

    @Override
    public Verdict judge(int format) {
        if (format <= FIRST || store.get().format() >= format) {
            return new Open();
        }
        NodeStatus status = node.status();
        if (status.minimumVersion().isEmpty()) {
            return new Unknown("this needs application version " + format
                    + " on every server, and since the leader changed not every server has been heard; start those that are"
                    + " down, or remove them");
        }
        int least = status.minimumVersion().getAsInt();
        return least >= format
                ? new Open()
                : new Closed("this needs application version " + format + " on every server, the least is " + least
                        + older(status, format) + "; upgrade them, then try again");
    }

    private static String older(NodeStatus status, int format) {
        String names = status.followers().stream()
                .filter(follower -> follower.applicationVersion().orElse(0) < format)
                .map(follower -> follower.member().node().value())
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + ")";
    }
}
