package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.resp.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code kv call}: one command for one server. Goes on to the next server only where the one before has certainly done nothing: it was not
 * sent the command, or has answered that it does not lead.
 */
@Command(
        name = "call",
        description = {
            "Sends one command to the first of the nodes that answers, and prints the reply; a node that does not lead, where that is",
            "needed, is passed over. Never sent again once a node may have done it. Options come before the command:",
            "  kv call SET k v",
            "  kv call --servers a:7001,b:7001 RAFT TRANSFER"
        },
        exitCodeList = {
            "0:the reply is on standard output",
            "1:refused: the error is on standard error",
            "2:wrong command line",
            "5:no node answered; nothing was sent",
            "7:the outcome is unknown: look before you repeat it"
        })
final class CallCommand implements Callable<Integer> {

    /** What a server says when something can be done by the leader only: it has done nothing. */
    private static final String NOT_LEADER = "NOTLEADER ";

    private static final String OUTCOME_UNKNOWN = "TIMEOUT outcome unknown";

    /** What stands for bytes that Java could not read as text. */
    private static final char UNREADABLE = '\uFFFD';

    @Spec
    private CommandSpec spec;

    @Mixin
    private AskedNodes nodes;

    @Option(
            names = "--answer-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Quantities.TimeoutConverter.class,
            description = {
                "How long to wait for the reply of a node that has been sent the command; longer than its --hold.",
                "Default: ${DEFAULT-VALUE}."
            })
    private Duration answerTimeout;

    @Parameters(arity = "1..*", paramLabel = "WORD", description = "The command and its arguments, one word each.")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        for (String word : words) {
            if (word.indexOf(UNREADABLE) >= 0) {
                throw new ParameterException(
                        spec.commandLine(), "cannot read '" + word + "' as text; set LC_ALL=C.UTF-8 and try again");
            }
        }
        boolean refused = false;
        RespAccess access = nodes.access();
        for (AskedNode node : nodes.all()) {
            try (RespClient client = greet(node)) {
                Optional<Integer> end = send(client, node);
                if (end.isPresent()) {
                    return end.get();
                }
                refused = true;
            } catch (IOException e) {
                Silence silence = Silence.of(e, access);
                refused |= silence.refused();
                say(node + ": " + silence);
            }
        }
        say("nothing was done: "
                + (refused
                        ? "no node took it"
                        : "no node answers; start them (kv cluster, or kv server for each), or name their RESP addresses with"
                                + " --servers"));
        return refused ? ExitCode.FAILURE : ExitCode.UNREACHABLE;
    }

    /** A connection to a node that has answered something. Connecting alone proves nothing: the system does it for a node that hangs. */
    private RespClient greet(AskedNode node) throws IOException {
        RespClient client = nodes.connect(node);
        try {
            client.call("HELLO", "3");
            client.patience(answerTimeout);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** The exit code; empty when the node has done nothing, and another may. */
    private Optional<Integer> send(RespClient client, AskedNode node) {
        Reply reply;
        try {
            reply = client.exchange(words.toArray(String[]::new));
        } catch (IOException e) {
            say(
                    "outcome unknown: " + node + " was sent the command, and then: " + Cause.of(e)
                            + ". It may have been carried out, or be later. It was not sent to any other node; look before you repeat it");
            return Optional.of(ExitCode.UNKNOWN);
        }
        if (reply instanceof Reply.Failure failure) {
            if (failure.message().startsWith(NOT_LEADER)) {
                say(node + ": " + failure.message());
                return Optional.empty();
            }
            say(failure.message());
            return Optional.of(failure.message().startsWith(OUTCOME_UNKNOWN) ? ExitCode.UNKNOWN : ExitCode.FAILURE);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(ReplyText.of(reply));
        out.flush();
        return Optional.of(ExitCode.OK);
    }

    private void say(String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("kv call: " + sentence);
        err.flush();
    }
}
