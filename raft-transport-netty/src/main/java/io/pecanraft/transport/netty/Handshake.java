package io.pecanraft.transport.netty;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is said before the first message: who calls whom, in which cluster, in which version. So a wrong address, a copied
 * configuration or a foreign program is found out before it can do harm, and named to the operators of both sides.
 *
 * <p>The handshake identifies, it does not authenticate: that is for {@link Tls}, without which anybody who reaches the port and
 * knows the names may claim to be one of them.
 */
final class Handshake {

    /** The version of this protocol; the only one that there has been. */
    static final int VERSION = 1;

    /** How many groups a {@link Wire.Hello} names at most, so that it fits into its frame. With more, attempts take turns. */
    static final int MAX_GROUPS_NAMED = 8;

    private static final int MAX_DETAIL_LENGTH = 512;

    private Handshake() {}

    /** What the side that connects says. */
    static Wire.Hello hello(Route route, Lane lane, List<StorageIdentity> groups, int maxFrameBytes) {
        Wire.Hello.Builder hello = Wire.Hello.newBuilder()
                .setMinVersion(VERSION)
                .setMaxVersion(VERSION)
                .setClusterHigh(route.cluster().high())
                .setClusterLow(route.cluster().low())
                .setFromNode(route.caller().value())
                .setToNode(route.called().value())
                .setDialled(route.address())
                .setLane(lane == Lane.CONSENSUS ? Wire.Lane.CONSENSUS : Wire.Lane.BULK)
                .setMaxFrameBytes(maxFrameBytes);
        for (StorageIdentity group : groups) {
            hello.addGroups(Wire.GroupIdentity.newBuilder()
                    .setGroup(group.group().value())
                    .setIncarnationHigh(group.incarnation().high())
                    .setIncarnationLow(group.incarnation().low()));
        }
        return hello.build();
    }

    /** What the side that was connected to answers, given whom it serves. */
    static Wire.HelloAnswer answer(Wire.Hello hello, Collection<StorageIdentity> served, int maxFrameBytes) {
        if (hello.getMinVersion() > VERSION || hello.getMaxVersion() < VERSION) {
            return refusal(
                    Wire.Refusal.UNSUPPORTED_VERSION,
                    "protocol versions " + hello.getMinVersion() + " to " + hello.getMaxVersion() + " meet version "
                            + VERSION);
        }
        NodeId from;
        NodeId to;
        try {
            from = NodeId.of(hello.getFromNode());
            to = NodeId.of(hello.getToNode());
        } catch (IllegalArgumentException e) {
            return refusal(Wire.Refusal.MALFORMED_HELLO, "a name is not valid");
        }
        if (from.equals(to) || lane(hello) == null) {
            return refusal(Wire.Refusal.MALFORMED_HELLO, from.equals(to) ? from + " calls itself" : "no such lane");
        }
        if (served.isEmpty()) {
            return refusal(Wire.Refusal.NOT_READY, "no node is running behind this address yet, or not any more");
        }
        ClusterId cluster = cluster(hello);
        List<StorageIdentity> here =
                served.stream().filter(node -> node.cluster().equals(cluster)).toList();
        if (here.isEmpty()) {
            StorageIdentity other = served.iterator().next();
            return refusal(
                    Wire.Refusal.WRONG_CLUSTER,
                    from + " of cluster " + cluster + " reached " + other.node() + " of cluster " + other.cluster());
        }
        List<StorageIdentity> nodes =
                here.stream().filter(node -> node.node().equals(to)).toList();
        if (nodes.isEmpty()) {
            return refusal(
                    Wire.Refusal.WRONG_NODE,
                    from + " called " + to + " but reached " + here.get(0).node());
        }
        if (hello.getGroupsList().stream().noneMatch(group -> serves(nodes, group.getGroup()))) {
            return refusal(
                    Wire.Refusal.UNKNOWN_GROUP,
                    to + " runs no group that " + from + " calls for, such as "
                            + hello.getGroupsList().stream()
                                    .findFirst()
                                    .map(group -> Long.toString(group.getGroup()))
                                    .orElse("none"));
        }
        return Wire.HelloAnswer.newBuilder()
                .setRefusal(Wire.Refusal.ACCEPTED)
                .setVersion(VERSION)
                .setMaxFrameBytes(maxFrameBytes)
                .build();
    }

    /** Sends the first frame of a side. */
    static ChannelFuture send(Channel channel, MessageLite first) {
        ByteBufAllocator alloc = channel.alloc();
        channel.write(alloc.buffer(FrameCodec.MAGIC_BYTES).writeInt(FrameCodec.MAGIC));
        return channel.writeAndFlush(FrameCodec.encode(alloc, first, List.of()));
    }

    static ClusterId cluster(Wire.Hello hello) {
        return new ClusterId(hello.getClusterHigh(), hello.getClusterLow());
    }

    static @Nullable Lane lane(Wire.Hello hello) {
        return switch (hello.getLane()) {
            case CONSENSUS -> Lane.CONSENSUS;
            case BULK -> Lane.BULK;
            case LANE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    /** A refusal as a word in log lines: {@code wrong-cluster}. */
    static String word(Wire.Refusal refusal) {
        return refusal.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the operator of the refused side should do. */
    static String advice(Wire.Refusal refusal) {
        return switch (refusal) {
            case NOT_READY -> "wait until the peer has started";
            case WRONG_CLUSTER ->
                "give both servers the same cluster id or bootstrap list, or correct the peer's address";
            case WRONG_NODE -> "correct the peer's name or address";
            case UNKNOWN_GROUP -> "start this group at the peer, or remove the peer from the group";
            case WRONG_CERTIFICATE ->
                "issue this server a certificate that names it, by an authority that the peer trusts";
            case UNSUPPORTED_VERSION -> "bring both servers to neighbouring versions";
            case MALFORMED_HELLO, ACCEPTED, UNRECOGNIZED -> "check that the peer runs the same software";
        };
    }

    /** Text of the other side, fit for a log line: short, and in visible ASCII. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.chars().limit(MAX_DETAIL_LENGTH).forEach(c -> clean.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return clean.toString();
    }

    private static boolean serves(List<StorageIdentity> nodes, long group) {
        GroupId id = new GroupId(group);
        return nodes.stream().anyMatch(node -> node.group().equals(id));
    }

    static Wire.HelloAnswer refusal(Wire.Refusal refusal, String detail) {
        return Wire.HelloAnswer.newBuilder()
                .setRefusal(refusal)
                .setDetail(printable(detail))
                .build();
    }
}
