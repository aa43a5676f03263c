package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pecanraft.examples.kv.chaos.Client;
import io.pecanraft.examples.kv.resp.Conversation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;

/** What nodes say of themselves, made up, and what {@code kv doctor} makes of it. */
final class Reports {

    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Pattern RAFT = Pattern.compile("RAFT [A-Z]+(?: n\\d)?|CLUSTER [A-Z]+");
    private static final Pattern KV = Pattern.compile(
            "kv (cluster|status|doctor|(?:log|server|recover)(?: verify)?(?: --id n\\d| --force-new-cluster)?)");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");
    static final HostPort ADDRESS = new HostPort("127.0.0.1", 7001);

    private Reports() {}

    static NodeReport node(String name, String role, String more) {
        JsonObject json = JsonParser.parseString("{'node':'" + name + "','state':'RUNNING','role':'" + role
                        + "','term':7,'leader':'n1','commitIndex':50000,'appliedIndex':50000,'lastIndex':50000,"
                        + "'durableIndex':50000,'pid':42,'cluster':'c1','joint':false,'standing':'VOTER','advice':null,"
                        + "'members':[" + voter("n1") + "," + voter("n2") + "," + voter("n3")
                        + "],'missing':[],'followers':[],"
                        + "'failure':null}")
                .getAsJsonObject();
        JsonParser.parseString("{" + more + "}")
                .getAsJsonObject()
                .entrySet()
                .forEach(change -> json.add(change.getKey(), change.getValue()));
        return new NodeReport(name, ADDRESS, json, Optional.empty());
    }

    /** As it says of itself before it takes part. */
    static NodeReport recovering(String name) {
        return node(
                name,
                "FORMING",
                "'state':'RECOVERING','term':0,'leader':null,'commitIndex':0,'appliedIndex':0,'lastIndex':0,"
                        + "'standing':'FORMING','members':[]");
    }

    static String voter(String name) {
        return "{'node':'" + name + "','vote':'VOTER'}";
    }

    static NodeReport down(String name) {
        return new NodeReport(
                name,
                ADDRESS,
                new JsonObject(),
                Optional.of(new Silence("connection refused", false, Optional.empty())));
    }

    /** It is up, and was not told its password. */
    static NodeReport refusing(String name) {
        Silence silence = Silence.of(new Client.Refused("NOAUTH Authentication required."), RespAccess.PLAIN);
        return new NodeReport(name, ADDRESS, new JsonObject(), Optional.of(silence));
    }

    static String follower(String name, long lag, String replication, long silence) {
        return "{'node':'" + name + "','matchIndex':1,'lagEntries':" + lag + ",'replication':'" + replication
                + "','millisSinceContact':" + silence + "}";
    }

    static NodeReport leader(String followers) {
        return node("n1", "LEADER", "'followers':[" + followers + "]");
    }

    static NodeReport goodLeader() {
        return leader(follower("n2", 0, "REPLICATE", 10) + "," + follower("n3", 3, "REPLICATE", 12));
    }

    static List<Finding> diagnose(List<NodeReport> reports) {
        return Diagnosis.of(reports, NOW);
    }

    static void assertOnly(List<NodeReport> reports, boolean grave, String what, String advice) {
        assertThat(diagnose(reports)).singleElement().satisfies(finding -> {
            assertThat(finding.grave()).isEqualTo(grave);
            assertThat(finding.what()).contains(what);
            assertThat(finding.advice()).contains(advice);
            assertCanBeTyped(finding.advice());
        });
    }

    /** The commands of an advice are such as the program and its servers know. */
    static void assertCanBeTyped(String withPlaceholders) {
        String advice = withPlaceholders.replace("<id>", "n9");
        RAFT.matcher(advice)
                .results()
                .forEach(command -> assertThat(new Conversation().say(command.group()))
                        .as(command.group())
                        .doesNotContain("unknown", "wrong number", "syntax"));
        assertThat(options(KvMain.commandLine()))
                .containsAll(
                        OPTION.matcher(advice).results().map(MatchResult::group).toList());
        KV.matcher(advice).results().forEach(command -> {
            try {
                KvMain.commandLine().parseArgs(command.group(1).split(" ", -1));
            } catch (MissingParameterException beginning) {
                // The rest is for whoever types it to know.
            }
        });
    }

    /** Of all its commands. */
    private static Set<String> options(CommandLine command) {
        Set<String> options =
                new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
        command.getSubcommands().values().forEach(subcommand -> options.addAll(options(subcommand)));
        return options;
    }
}
