package io.pecanraft.testkit.scenario;

import io.pecanraft.RaftConfig;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.testkit.SimNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a scenario. Names of servers are n1, n2, and so on.
 *
 * <pre>
 * servers 5                        begins: a formed cluster without a leader; settings may follow, as in "tail=0 batch=1"
 * timeout n1                       the election timeout of n1 runs out
 * heartbeat n1                     n1's next heartbeat is due
 * pass 10 n1 n2                    the clocks of n1 and n2 go on by 10 tenths of the election timeout
 * deliver n1 -> n2 AppendEntries   the oldest such message arrives; "AppendEntries #2" is the second oldest
 * deliver all from n1              all that wait arrive, and so on with what they cause; also "to n1", "among n1 n2", or just "all"
 * repeat n1 -> n2 AppendEntries    arrives, and stays, to arrive again
 * lose n1 -> n2 AppendEntries      is lost; also "lose all", with from, to and among
 * elect n1 with n2 n3              timeout and delivery among these, until n1 leads
 * ... hiding AppendEntries         after "deliver all" and "elect": all but messages of this type
 * propose n1 x                     a client asks n1 to append the word x
 * read n1                          a client reads at n1
 * snapshot n1                      n1 takes a snapshot
 * transfer n1 n2                   n1 is asked to hand leadership to n2
 * change n1 remove n3              n1 is asked to change the membership; also promote and demote
 * crash n1                         its process dies; "power-cut n1" loses what was not flushed, too
 * restart n1                       it starts again, with the disk as it is; "restart n1 version=2" with another application version
 * wipe n1                          its disk is replaced by an empty one, while it is down
 * hold-disk n1, release-disk n1    its flushes do not return, and do so at last; "fail-disk n1" lets the next one fail
 * status                           where all stand, changed or not
 * waiting                          all messages that wait
 * </pre>
 */
final class Script {

    private static final int ROUNDS_OF_MAIL = 1_000;

    /** A candidate that was away learns the term in the first. */
    private static final int ELECTIONS = 3;

    private @Nullable Stage stage;

    /** Carries out one command and returns its trace. */
    List<String> carryOut(String command) {
        List<String> words = new ArrayList<>(Arrays.asList(command.split("\\s+")));
        String verb = words.remove(0);
        if (verb.equals("servers")) {
            return begin(words);
        }
        Stage now = stage;
        if (now == null) {
            throw new IllegalArgumentException("the first command is servers");
        }
        boolean summary = carryOut(now, verb, words);
        if (verb.equals("waiting")) {
            return now.mail().findAll(letter -> true).stream()
                    .map(Mail.Letter::toString)
                    .toList();
        }
        now.settle();
        return summary ? now.outcome() : now.changes();
    }

    private List<String> begin(List<String> words) {
        int servers = Integer.parseInt(take(words, "how many servers"));
        Stage begun = new Stage(servers, config -> {
            words.forEach(setting -> set(config, setting));
            return config;
        });
        stage = begun;
        return List.of(
                "formed: " + begun.nodes().stream().map(SimNode::toString).collect(Collectors.joining(" ")));
    }

    private static void set(RaftConfig.Builder config, String setting) {
        String[] parts = setting.split("=", 2);
        int value = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
        switch (parts[0]) {
            case "tail" -> config.retainedLogEntries(value);
            case "batch" -> config.maxAppendEntries(value);
            case "window" -> config.maxInFlightEntries(value);
            case "chunk" -> config.snapshotChunkBytes(value);
            case "version" -> config.applicationVersion(value);
            default -> throw new IllegalArgumentException("there is no setting " + parts[0]);
        }
    }

    /** Returns whether only the outcome is of interest, and not each message. */
    private static boolean carryOut(Stage stage, String verb, List<String> words) {
        switch (verb) {
            case "waiting" -> {
                return false;
            }
            case "status" -> stage.showAll();
            case "deliver" -> {
                return deliver(stage, words);
            }
            case "pass" -> {
                int tenths = Integer.parseInt(take(words, "a number of tenths"));
                words.forEach(name -> stage.pass(stage.node(name), tenths));
            }
            case "repeat" -> one(stage, words).delivery().run();
            case "lose" -> lose(stage, words);
            default -> {
                SimNode node = stage.node(take(words, "the name of a server"));
                return act(stage, verb, node, words);
            }
        }
        return false;
    }

    private static boolean act(Stage stage, String verb, SimNode node, List<String> words) {
        switch (verb) {
            case "timeout" -> stage.timeOut(node);
            case "heartbeat" -> stage.heartbeat(node);
            case "elect" -> {
                elect(stage, node, words);
                return true;
            }
            case "propose" -> {
                String word = take(words, "a word");
                stage.call(
                        "propose " + word + " at " + node,
                        node.propose(Stage.bytes(word)).thenApply(result -> "index " + result.index()));
            }
            case "read" ->
                stage.call(
                        "read at " + node,
                        node.read(Stage.bytes("")).thenApply(answer -> "\"" + Words.decode(answer) + "\""));
            case "snapshot" ->
                stage.call(
                        "snapshot at " + node,
                        node.takeSnapshot()
                                .thenApply(meta -> "through " + MessageText.of(meta.lastIncluded()) + ", members "
                                        + MessageText.of(meta.membership())));
            case "transfer" -> {
                NodeId target = stage.node(take(words, "a target")).id();
                stage.call(
                        "transfer from " + node + " to " + target,
                        node.transferLeadership(Optional.of(target)).thenApply(leader -> leader + " leads"));
            }
            case "change" -> {
                String how = take(words, "what to do");
                NodeId member = stage.node(take(words, "a member")).id();
                stage.call(
                        how + " " + member + " at " + node,
                        node.changeMembership(change(how, member)).thenApply(MessageText::of));
            }
            case "crash" -> node.crash(SimNode.Crash.PROCESS);
            case "power-cut" -> node.crash(SimNode.Crash.POWER);
            case "restart" -> {
                if (words.isEmpty()) {
                    node.start();
                } else {
                    stage.restart(node, version(words.remove(0)));
                }
            }
            case "wipe" -> node.wipe();
            case "hold-disk" -> node.disk().hold();
            case "release-disk" -> node.disk().release();
            case "fail-disk" -> node.disk().failNextForce();
            default -> throw new IllegalArgumentException("there is no command " + verb);
        }
        return false;
    }

    private static int version(String setting) {
        if (!setting.startsWith("version=")) {
            throw new IllegalArgumentException("expected version=<number>, got " + setting);
        }
        return Integer.parseInt(setting.substring("version=".length()));
    }

    private static MembershipChange change(String how, NodeId member) {
        return switch (how) {
            case "remove" -> MembershipChange.remove(member);
            case "promote" -> MembershipChange.promote(member);
            case "demote" -> MembershipChange.demote(member);
            default -> throw new IllegalArgumentException("expected remove, promote or demote, got " + how);
        };
    }

    private static void elect(Stage stage, SimNode node, List<String> words) {
        Predicate<Mail.Letter> shown = hiding(words);
        List<String> group = new ArrayList<>(words);
        group.remove("with");
        group.add(node.id().value());
        Predicate<Mail.Letter> which = among(stage, group).and(shown);
        boolean leads = false;
        for (int round = 0; round < ELECTIONS && !leads; round++) {
            stage.timeOut(node);
            deliverAll(stage, which);
            leads = node.status()
                    .filter(status -> status.leader().equals(Optional.of(node.id())))
                    .isPresent();
        }
        if (!leads) {
            throw new IllegalArgumentException(node + " is not elected: " + NodeText.of(node));
        }
    }

    // ---- messages

    private static boolean deliver(Stage stage, List<String> words) {
        if (words.isEmpty() || !words.get(0).equals("all")) {
            Mail.Letter letter = one(stage, words);
            stage.mail().remove(letter);
            letter.delivery().run();
            return false;
        }
        deliverAll(stage, group(stage, words));
        return true;
    }

    private static void lose(Stage stage, List<String> words) {
        if (words.isEmpty() || !words.get(0).equals("all")) {
            stage.mail().remove(one(stage, words));
        } else {
            stage.mail().findAll(group(stage, words)).forEach(stage.mail()::remove);
        }
    }

    /** Delivers what waits, oldest first, and what comes of it, until nothing does. */
    private static void deliverAll(Stage stage, Predicate<Mail.Letter> which) {
        for (int round = 0; round < ROUNDS_OF_MAIL; round++) {
            Optional<Mail.Letter> next = stage.mail().find(which);
            if (next.isEmpty()) {
                return;
            }
            stage.mail().remove(next.get());
            next.get().delivery().run();
            stage.settle();
        }
        throw new IllegalArgumentException("messages cause messages without end");
    }

    /** {@code n1 -> n2 Type}, or {@code n1 -> n2 Type #2} for the second oldest. */
    private static Mail.Letter one(Stage stage, List<String> words) {
        int from = stage.node(take(words, "a sender")).number();
        if (!take(words, "an arrow").equals("->")) {
            throw new IllegalArgumentException("expected <sender> -> <receiver>");
        }
        int to = stage.node(take(words, "a receiver")).number();
        String type = take(words, "the type of a message");
        int nth = words.isEmpty() ? 1 : Integer.parseInt(take(words, "a number").substring(1));
        List<Mail.Letter> like = stage.mail()
                .findAll(letter -> letter.from() == from
                        && letter.to() == to
                        && letter.type().equals(type));
        if (like.size() < nth) {
            throw new IllegalArgumentException("of such messages " + like.size() + " wait");
        }
        return like.get(nth - 1);
    }

    /** {@code all}, {@code all from n1}, {@code all to n1}, {@code all among n1 n2}. */
    private static Predicate<Mail.Letter> group(Stage stage, List<String> words) {
        words.remove(0);
        Predicate<Mail.Letter> shown = hiding(words);
        if (words.isEmpty()) {
            return shown;
        }
        String how = words.remove(0);
        List<Integer> numbers = numbers(stage, words);
        Predicate<Mail.Letter> which = switch (how) {
            case "from" -> letter -> numbers.contains(letter.from());
            case "to" -> letter -> numbers.contains(letter.to());
            case "among" -> among(stage, words);
            default -> throw new IllegalArgumentException("expected from, to or among, got " + how);
        };
        return which.and(shown);
    }

    /** Takes {@code hiding Type} off the end. */
    private static Predicate<Mail.Letter> hiding(List<String> words) {
        int at = words.indexOf("hiding");
        if (at < 0) {
            return letter -> true;
        }
        List<String> hidden = List.copyOf(words.subList(at + 1, words.size()));
        words.subList(at, words.size()).clear();
        return letter -> !hidden.contains(letter.type());
    }

    private static Predicate<Mail.Letter> among(Stage stage, List<String> names) {
        List<Integer> numbers = numbers(stage, names);
        return letter -> numbers.contains(letter.from()) && numbers.contains(letter.to());
    }

    private static List<Integer> numbers(Stage stage, List<String> names) {
        return names.stream().map(name -> stage.node(name).number()).toList();
    }

    private static String take(List<String> words, String what) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("expected " + what);
        }
        return words.remove(0);
    }
}
