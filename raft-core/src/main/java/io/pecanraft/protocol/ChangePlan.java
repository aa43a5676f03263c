package io.pecanraft.protocol;

import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a change of membership leads from a given configuration, or everything that speaks against it. Takes no part in how it
 * gets there; that is {@link MembershipChanges}.
 */
final class ChangePlan {

    /** A member of the configuration to come. Without an incarnation it is a new server, which must be asked for its own. */
    private record Wanted(
            NodeId node,
            String address,
            boolean voter,
            @Nullable Incarnation incarnation) {

        Wanted at(String newAddress) {
            return new Wanted(node, newAddress, voter, incarnation);
        }

        Wanted voting(boolean votes) {
            return new Wanted(node, address, votes, incarnation);
        }
    }

    private final Map<NodeId, Wanted> wanted = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    private ChangePlan() {}

    /** The plan of a change of this configuration, which must not be joint. */
    static ChangePlan of(Membership current, MembershipChange change) {
        ChangePlan plan = new ChangePlan();
        change.expectedIndex()
                .ifPresent(expected -> plan.require(
                        expected == current.logIndex(),
                        "it was made for the configuration of index " + expected + ", but that of index "
                                + current.logIndex() + " is in force"));
        // Learners first: one that bears the name of a voter was to replace it, and was left when its leader was
        // lost. It is given up, unless this change asks for it again.
        current.learners().forEach(learner -> plan.put(learner, false));
        current.voters().forEach(voter -> plan.put(voter, true));
        change.steps().forEach(plan::apply);
        plan.checkWhole(current);
        return plan;
    }

    /** Everything that speaks against it, as sentences; empty when nothing does. */
    List<String> violations() {
        return violations;
    }

    /** The new servers: those whose incarnation only they themselves know. */
    List<MemberAddress> newServers() {
        return wanted.values().stream()
                .filter(member -> member.incarnation() == null)
                .map(member -> new MemberAddress(member.node(), member.address()))
                .toList();
    }

    /** The configuration at the end, at an index to be given, once the new servers are known. */
    Membership target(Map<NodeId, Incarnation> met) {
        List<Member> voters = new ArrayList<>();
        List<Member> learners = new ArrayList<>();
        for (Wanted member : wanted.values()) {
            Incarnation incarnation = member.incarnation() != null ? member.incarnation() : met.get(member.node());
            if (incarnation == null) {
                throw new IllegalStateException(member.node() + " has not been asked for its incarnation");
            }
            (member.voter() ? voters : learners)
                    .add(new Member(new MemberId(member.node(), incarnation), member.address()));
        }
        return new Membership(0, voters, List.of(), learners, List.of());
    }

    // ---- steps

    private void apply(MembershipChange.Step step) {
        if (step instanceof MembershipChange.Add add) {
            add(add.member());
        } else if (step instanceof MembershipChange.AddLearner add) {
            addLearner(add.member());
        } else if (step instanceof MembershipChange.Promote promote) {
            change(promote.node(), "promoted", member -> member.voting(true));
        } else if (step instanceof MembershipChange.Demote demote) {
            change(demote.node(), "demoted", member -> member.voting(false));
        } else if (step instanceof MembershipChange.Remove remove) {
            change(remove.node(), "removed", member -> null);
        } else if (step instanceof MembershipChange.Replace replace) {
            replace(replace.node(), replace.by());
        } else if (step instanceof MembershipChange.ChangeAddress change) {
            MemberAddress to = change.member();
            change(to.node(), "given another address", member -> member.at(to.address()));
        } else if (step instanceof MembershipChange.ReplaceAll all) {
            replaceAll(all);
        } else {
            throw new IllegalStateException("no such step: " + step);
        }
    }

    private void add(MemberAddress server) {
        Wanted known = wanted.get(server.node());
        if (known == null) {
            put(server, true);
        } else if (isAtItsAddress(known, server)) {
            wanted.put(server.node(), known.voting(true));
        }
    }

    private void addLearner(MemberAddress server) {
        Wanted known = wanted.get(server.node());
        if (known == null) {
            put(server, false);
        } else if (isAtItsAddress(known, server)) {
            require(!known.voter(), server.node() + " is a voter already; to make it a learner, demote it");
        }
    }

    private boolean isAtItsAddress(Wanted known, MemberAddress server) {
        return require(
                known.address().equals(server.address()),
                known.node() + " is a member already, at " + known.address() + "; to move it to " + server.address()
                        + ", change its address");
    }

    private void replace(NodeId node, MemberAddress by) {
        Wanted leaving = wanted.get(node);
        if (!require(leaving != null, node + " is not a member and cannot be replaced") || leaving == null) {
            return;
        }
        if (by.node().equals(node)) {
            put(by, leaving.voter());
            return;
        }
        wanted.remove(node);
        Wanted known = wanted.get(by.node());
        if (known == null) {
            put(by, leaving.voter());
        } else if (isAtItsAddress(known, by)
                && require(!known.voter(), by.node() + " is a voter already and cannot take the place of " + node)) {
            wanted.put(by.node(), known.voting(leaving.voter()));
        }
    }

    private void replaceAll(MembershipChange.ReplaceAll all) {
        Map<NodeId, Wanted> before = new HashMap<>(wanted);
        wanted.clear();
        all.voters().forEach(server -> put(server, true, before.get(server.node())));
        all.learners().forEach(server -> put(server, false, before.get(server.node())));
    }

    private void put(MemberAddress server, boolean voter, @Nullable Wanted known) {
        if (require(!wanted.containsKey(server.node()), server.node() + " is named twice")) {
            Incarnation incarnation = known == null ? null : known.incarnation();
            wanted.put(server.node(), new Wanted(server.node(), server.address(), voter, incarnation));
        }
    }

    private void put(MemberAddress newServer, boolean voter) {
        wanted.put(newServer.node(), new Wanted(newServer.node(), newServer.address(), voter, null));
    }

    private void put(Member member, boolean voter) {
        wanted.put(
                member.node(),
                new Wanted(member.node(), member.address(), voter, member.id().incarnation()));
    }

    private interface Edit {
        @Nullable
        Wanted of(Wanted member);
    }

    private void change(NodeId node, String how, Edit edit) {
        Wanted known = wanted.get(node);
        if (require(known != null, node + " is not a member and cannot be " + how) && known != null) {
            Wanted changed = edit.of(known);
            if (changed == null) {
                wanted.remove(node);
            } else {
                wanted.put(node, changed);
            }
        }
    }

    // ---- what the end must be like

    private void checkWhole(Membership current) {
        long voters = wanted.values().stream().filter(Wanted::voter).count();
        require(voters > 0, "no voter would be left");
        // At its largest while joint: the members to come beside the voters that were.
        int largest = wanted.size() + current.voters().size();
        require(
                largest <= Membership.MAX_MEMBERS,
                "old voters and new members together would be " + largest + ", and at most " + Membership.MAX_MEMBERS
                        + " can be named");
        Map<String, NodeId> byAddress = new HashMap<>();
        for (Wanted member : wanted.values()) {
            NodeId other = byAddress.putIfAbsent(member.address(), member.node());
            require(other == null, other + " and " + member.node() + " would both be at " + member.address());
        }
    }

    private boolean require(boolean condition, String otherwise) {
        if (!condition) {
            violations.add(otherwise);
        }
        return condition;
    }
}
