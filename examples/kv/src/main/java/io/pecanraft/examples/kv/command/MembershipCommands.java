package io.pecanraft.examples.kv.command;

import com.google.gson.JsonObject;
import io.pecanraft.LeadershipTransferFailedException;
import io.pecanraft.MembershipChangeInProgressException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.RequestHandler;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Integers;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Commands about who the members are and who leads. Looking works everywhere; changing works at the leader, and every other
 * node names it: whoever changes the membership should look at it where it is decided.
 *
 * <p>Answered when done, or after the time that requests are held, with the news that the change goes on.
 */
final class MembershipCommands {

    private static final int MAX_PORT = 65_535;

    private final ServerInfo server;

    MembershipCommands(ServerInfo server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        Set<Flag> admin = Set.of(Flag.ADMIN);
        return List.of(
                CommandSpec.plain("members", 2, admin, this::members),
                CommandSpec.plain("add", -4, admin, checked(this::add)),
                CommandSpec.plain(
                        "remove", 3, admin, checked(request -> change(MembershipChange.remove(node(request, 2))))),
                CommandSpec.plain(
                        "promote", 3, admin, checked(request -> change(MembershipChange.promote(node(request, 2))))),
                CommandSpec.plain(
                        "demote", 3, admin, checked(request -> change(MembershipChange.demote(node(request, 2))))),
                CommandSpec.plain("replace", -3, admin, checked(this::replace)),
                CommandSpec.plain("transfer", -2, admin, checked(this::transfer)));
    }

    private Response members(ClientState client, Request request) {
        return new Response.Immediate(server.node()
                .status()
                .membership()
                .map(MembershipCommands::describe)
                .orElse(Reply.NULL));
    }

    private static Reply describe(Membership membership) {
        JsonObject json = new JsonObject();
        json.addProperty("index", membership.logIndex());
        json.addProperty("joint", membership.isJoint());
        json.add("members", StatusJson.members(membership));
        return JsonReply.of(json);
    }

    /** RAFT ADD id host:port [VOTER|LEARNER]. */
    private Response add(Request request) {
        MemberAddress member = new MemberAddress(node(request, 2), address(request.arg(3)));
        if (request.size() == 4 || request.size() == 5 && request.arg(4).equalsIgnoreCase("VOTER")) {
            return change(MembershipChange.add(member));
        }
        if (request.size() == 5 && request.arg(4).equalsIgnoreCase("LEARNER")) {
            return change(MembershipChange.addLearner(member));
        }
        return CommandSpec.error("syntax error, expected RAFT ADD <id> <raft-host:port> [VOTER|LEARNER]");
    }

    /** RAFT REPLACE id: its storage was lost. RAFT REPLACE id other host:port: another server takes its place. */
    private Response replace(Request request) {
        NodeId leaving = node(request, 2);
        if (request.size() == 5) {
            NodeId coming = node(request, 3);
            return change(MembershipChange.replace(leaving, new MemberAddress(coming, address(request.arg(4)))));
        }
        if (request.size() != 3) {
            return CommandSpec.error("syntax error, expected RAFT REPLACE <id> [<other-id> <raft-host:port>]");
        }
        return server.node()
                .status()
                .membership()
                .flatMap(membership -> membership.member(leaving))
                .map(member -> change(MembershipChange.replace(leaving, new MemberAddress(leaving, member.address()))))
                .orElseGet(() -> CommandSpec.error(
                        "not done: " + leaving + " is not a member as far as " + server.id() + " knows"));
    }

    /** RAFT TRANSFER [id]. */
    private Response transfer(Request request) {
        if (request.size() > 3) {
            return CommandTable.wrongArity("raft|transfer");
        }
        CompletableFuture<NodeId> done = request.size() == 3
                ? server.node().transferLeadership(node(request, 2))
                : server.node().transferLeadership();
        return eventual(done, leader -> Reply.bulk(leader.value()));
    }

    private Response change(MembershipChange change) {
        return eventual(server.node().changeMembership(change), MembershipCommands::describe);
    }

    private <T> Response eventual(CompletableFuture<T> done, Function<T, Reply> toReply) {
        // What was begun goes on, whether or not somebody waits for it.
        return new Response.Eventual(
                done.thenApply(toReply).exceptionally(this::refusal),
                Optional.of(new Response.Patience(server.hold(), this::tooLate, () -> {})),
                reply -> {});
    }

    private Reply tooLate() {
        return new Reply.Failure("TIMEOUT outcome unknown (goes on): not finished within "
                + server.hold().toMillis() + " ms; look at RAFT MEMBERS and RAFT STATUS before you repeat it");
    }

    private Reply refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof NotLeaderException notLeader) {
            return new Reply.Failure("NOTLEADER not done: " + leader(notLeader));
        }
        if (cause instanceof MembershipChangeInProgressException
                || cause instanceof LeadershipTransferFailedException failed && failed.outcome() == Outcome.NOT_DONE) {
            return new Reply.Failure("TRYAGAIN not done: " + cause.getMessage());
        }
        if (cause instanceof RaftException raft && raft.outcome() == Outcome.NOT_DONE) {
            return Reply.error("not done: " + cause.getMessage());
        }
        return new Reply.Failure("TIMEOUT outcome unknown (may still take effect): " + cause.getMessage()
                + "; look at RAFT MEMBERS before you repeat it");
    }

    /** With the Raft address, which the configuration names; where its clients connect is in {@code CLUSTER NODES}. */
    private String leader(NotLeaderException failure) {
        return failure.leaderHint()
                .map(leader -> server.id() + " does not lead, " + leader + " does"
                        + server.node()
                                .status()
                                .membership()
                                .flatMap(membership -> membership.member(leader))
                                .map(member -> " (Raft address " + member.address() + ")")
                                .orElse("")
                        + "; ask it")
                .orElse(server.id() + " does not lead, and knows of no leader; try again");
    }

    /** A handler whose arguments may be no names or addresses at all. */
    private static RequestHandler checked(Function<Request, Response> handler) {
        return (client, request) -> {
            try {
                return handler.apply(request);
            } catch (IllegalArgumentException e) {
                return CommandSpec.error("not done: " + e.getMessage());
            }
        };
    }

    private static NodeId node(Request request, int index) {
        return NodeId.of(request.arg(index).utf8());
    }

    private static String address(Bytes argument) {
        String text = argument.utf8();
        int colon = text.lastIndexOf(':');
        OptionalLong port = Integers.parse(Bytes.of(text.substring(colon + 1)));
        if (colon < 1 || port.isEmpty() || port.getAsLong() < 1 || port.getAsLong() > MAX_PORT) {
            throw new IllegalArgumentException(
                    "expected host:port with a port from 1 to " + MAX_PORT + ", got '" + text + "'");
        }
        return text;
    }
}
