package io.pecanraft.examples.kv.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStatus.ChangeStatus;
import io.pecanraft.NodeStatus.FollowerStatus;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The status of a node as JSON: what RAFT STATUS JSON answers and the status command of the program prints. */
public final class StatusJson {

    /** A leader that has not heard a follower for longer takes it for silent. */
    public static final long LONG_SILENCE_MILLIS = 5_000;

    private StatusJson() {}

    /** What a node says of itself, of its program's version, and of the certificates that it uses. */
    public static JsonObject of(String version, NodeId node, NodeStatus status, List<CertificateExpiry> certificates) {
        JsonObject json = new JsonObject();
        json.addProperty("node", node.value());
        json.addProperty("version", version);
        json.addProperty("state", status.state().name());
        json.addProperty("role", status.role().name());
        json.addProperty("term", status.term());
        json.add("leader", optional(status.leader().map(NodeId::value)));
        json.addProperty("commitIndex", status.commitIndex());
        json.addProperty("appliedIndex", status.appliedIndex());
        json.addProperty("lastIndex", status.lastIndex());
        json.addProperty("durableIndex", status.durableIndex());
        json.addProperty("firstIndex", status.firstIndex());
        json.addProperty("snapshotIndex", status.snapshotIndex());
        json.addProperty("applicationVersion", status.applicationVersion());
        json.add("minimumVersion", optional(status.minimumVersion()));
        json.addProperty("pid", ProcessHandle.current().pid());
        json.addProperty("cluster", status.identity().cluster().toString());
        json.add("members", status.membership().map(StatusJson::members).orElseGet(JsonArray::new));
        json.addProperty("joint", status.membership().map(Membership::isJoint).orElse(false));
        json.addProperty("standing", status.standing().name());
        json.add("advice", optional(advice(status)));
        JsonArray missing = new JsonArray();
        status.missingMembers().forEach(member -> missing.add(member.value()));
        json.add("missing", missing);
        JsonArray followers = new JsonArray();
        status.followers().forEach(follower -> followers.add(follower(follower)));
        json.add("followers", followers);
        json.add("membershipChange", change(status.membershipChange()));
        json.addProperty("writeMillis", status.writeMillis());
        json.add("storageLack", optional(status.storageLack()));
        json.addProperty("clockMillis", System.currentTimeMillis());
        JsonArray damages = new JsonArray();
        status.damages().forEach(damages::add);
        json.add("damages", damages);
        json.add("certificates", certificates(certificates));
        json.add("failure", optional(status.failure()));
        return json;
    }

    private static JsonElement change(Optional<ChangeStatus> change) {
        if (change.isEmpty()) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        json.addProperty("millis", change.get().millis());
        json.addProperty("waitsFor", change.get().waitsFor());
        return json;
    }

    private static JsonArray certificates(List<CertificateExpiry> certificates) {
        JsonArray array = new JsonArray();
        for (CertificateExpiry certificate : certificates) {
            JsonObject json = new JsonObject();
            json.addProperty("option", certificate.option());
            json.addProperty("file", certificate.file().toString());
            json.addProperty("expires", certificate.expires().toString());
            json.addProperty("followed", certificate.followed());
            array.add(json);
        }
        return array;
    }

    private static JsonObject follower(FollowerStatus follower) {
        JsonObject json = new JsonObject();
        json.addProperty("node", follower.member().node().value());
        json.addProperty("matchIndex", follower.matchIndex());
        json.addProperty("lagEntries", follower.lagEntries());
        json.addProperty("replication", follower.replication().name());
        json.addProperty("millisSinceContact", follower.millisSinceContact());
        json.add("applicationVersion", optional(follower.applicationVersion()));
        return json;
    }

    static JsonArray members(Membership membership) {
        JsonArray array = new JsonArray();
        for (Member member : membership.members()) {
            JsonObject json = new JsonObject();
            json.addProperty("node", member.node().value());
            json.addProperty("address", member.address());
            json.addProperty("vote", membership.isVoter(member.id()) ? "VOTER" : "LEARNER");
            array.add(json);
        }
        return array;
    }

    /** {@link NodeStatus#advice} in the words of this program: what to type. */
    public static Optional<String> advice(NodeStatus status) {
        NodeId node = status.identity().node();
        return switch (status.standing()) {
            case REPLACED ->
                Optional.of(
                        "the cluster knows " + node + " with another data directory; if that one is lost, re-admit this"
                                + " one, at the leader: RAFT REPLACE " + node);
            case OUTSIDER ->
                Optional.of(node + " is no member; to add it, at the leader: RAFT ADD " + node + " <raft-host:port>");
            case FORMING, VOTER, LEARNER -> Optional.empty();
        };
    }

    private static JsonElement optional(OptionalInt number) {
        return number.isPresent() ? new JsonPrimitive(number.getAsInt()) : JsonNull.INSTANCE;
    }

    private static JsonElement optional(Optional<String> text) {
        return text.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }
}
