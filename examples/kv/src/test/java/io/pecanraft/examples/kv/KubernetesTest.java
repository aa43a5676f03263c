package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.ParseResult;

/** The manifests of {@code kubernetes/} fit the program and each other. No cluster runs here. */
class KubernetesTest {

    private static final Path MANIFESTS = Path.of("kubernetes");

    private static final Path PAGE = Path.of("../../docs/kubernetes.md");
    private static final Pattern EXEC = Pattern.compile("kubectl exec (\\S+) -- java (?:-\\S+ )*-jar (\\S+) (.*)");
    private static final Pattern FROM = Pattern.compile("--from-(?:file|literal)=([^=]+)(?:=.*)?");
    private static final Pattern FORWARD = Pattern.compile("kubectl port-forward (\\S+) \\d+:(\\d+)");

    /** Resources by kind and name. */
    private final Map<String, Node> resources = new HashMap<>();

    private Node stateful = new Node(Map.of());
    private Node pod = stateful;
    private Node container = stateful;
    private List<String> flags = List.of();

    /** A part of a document, found by a path such as {@code spec.ports.0.port}. */
    private record Node(Object value) {

        Node at(String path) {
            Object current = value;
            for (String step : path.split("\\.", -1)) {
                current = current instanceof List<?> list
                        ? list.get(Integer.parseInt(step))
                        : ((Map<?, ?>) current).get(step);
                assertThat(current).as("%s of %s", step, path).isNotNull();
            }
            return new Node(current);
        }

        String text(String path) {
            return String.valueOf(at(path).value());
        }

        List<Node> all(String path) {
            List<Node> all = new ArrayList<>();
            ((List<?>) at(path).value()).forEach(element -> all.add(new Node(element)));
            return all;
        }

        /** The one of a list with this name. */
        Node named(String path, String name) {
            return all(path).stream()
                    .filter(element -> element.text("name").equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + path));
        }
    }

    @BeforeEach
    void read() throws IOException {
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
                yaml.loadAll(Files.readString(file)).forEach(document -> {
                    Node resource = new Node(document);
                    resources.put(resource.text("kind") + " " + resource.text("metadata.name"), resource);
                });
            }
        }
        stateful = resource("StatefulSet kv");
        pod = stateful.at("spec.template.spec");
        container = pod.at("containers.0");
        flags = container.all("args").stream()
                .map(arg -> String.valueOf(arg.value()))
                .toList();
    }

    private Node resource(String kindAndName) {
        Node resource = resources.get(kindAndName);
        assertThat(resource).as(kindAndName).isNotNull();
        return resource;
    }

    private String flag(String name) {
        return flags.stream()
                .filter(flag -> flag.startsWith(name + "="))
                .map(flag -> flag.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /** Unknown flags, missing ones and malformed values are errors of picocli. */
    @Test
    void everyServersCommandLineIsUnderstood() {
        for (String name : List.of("kv-0", "kv-1", "kv-2")) {
            String[] arguments = flags.stream()
                    .map(flag -> flag.replace("$(POD_NAME)", name))
                    .toArray(String[]::new);
            assertThat(KvMain.commandLine().parseArgs(arguments).subcommand().matchedOptionsSet())
                    .hasSize(arguments.length - 1);
        }
        assertThat(container.named("env", "POD_NAME").text("valueFrom.fieldRef.fieldPath"))
                .isEqualTo("metadata.name");
    }

    /** A founder's name is its pod's, and its address what the headless service calls it. */
    @Test
    void theFoundersAreThePods() {
        String service = stateful.text("spec.serviceName");
        List<String> expected = new ArrayList<>();
        for (int ordinal = 0; ordinal < Integer.parseInt(stateful.text("spec.replicas")); ordinal++) {
            String name = stateful.text("metadata.name") + "-" + ordinal;
            expected.add(name + "=" + name + "." + service + ":" + port(flag("--raft-listen")));
        }
        assertThat(flag("--members")).isEqualTo(String.join(",", expected));
        assertThat(flag("--advertise")).isEqualTo("$(POD_NAME)." + service + ":" + port(flag("--listen")));
    }

    /** Readiness needs a leader, a leader needs all founders once: whoever waits for the first to be ready waits for ever. */
    @Test
    void foundersCanMeetBeforeAnyOfThemIsReady() {
        assertThat(stateful.text("spec.podManagementPolicy")).isEqualTo("Parallel");
        Node peers = resource("Service " + stateful.text("spec.serviceName"));
        assertThat(peers.text("spec.clusterIP")).isEqualTo("None");
        assertThat(peers.text("spec.publishNotReadyAddresses")).isEqualTo("true");
    }

    @Test
    void portsAreThoseOnWhichTheProgramListens() {
        Map<String, String> listening = Map.of(
                "raft", port(flag("--raft-listen")), "resp", port(flag("--listen")), "http", port(flag("--http-port")));
        Map<String, String> named = new HashMap<>();
        container.all("ports").forEach(port -> named.put(port.text("name"), port.text("containerPort")));
        assertThat(named).isEqualTo(listening);
        resources.forEach((name, resource) -> {
            if (name.startsWith("Service ")) {
                assertThat(resource.all("spec.ports"))
                        .allSatisfy(port ->
                                assertThat(port.text("port")).isEqualTo(listening.get(port.text("targetPort"))));
            }
        });
        assertThat(resource("NetworkPolicy kv").all("spec.ingress"))
                .allSatisfy(rule -> assertThat(rule.all("ports"))
                        .allSatisfy(port -> assertThat(listening).containsKey(port.text("port"))));
    }

    @Test
    void probesAskWhatTheProgramAnswers() {
        assertThat(container.text("startupProbe.httpGet.path")).isEqualTo("/healthz");
        assertThat(container.text("livenessProbe.httpGet.path")).isEqualTo("/healthz");
        assertThat(container.text("readinessProbe.httpGet.path")).isEqualTo("/readyz");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.text(probe + ".httpGet.port")).isEqualTo("http");
        }
    }

    @Test
    void leadershipGoesBeforeTheServer() {
        String command = container.text("lifecycle.preStop.exec.command.2");
        assertThat(command)
                .contains("/dev/tcp/127.0.0.1/" + port(flag("--listen")) + ";")
                .contains("RAFT TRANSFER")
                .contains(flag("--resp-password-file"));
        assertThat(Integer.parseInt(pod.text("terminationGracePeriodSeconds"))).isGreaterThanOrEqualTo(30);
    }

    @Test
    void aMajorityStaysAndNoTwoServersShareAMachine() {
        Node budget = resource("PodDisruptionBudget kv");
        assertThat(budget.text("spec.maxUnavailable")).isEqualTo("1");
        Object labels = stateful.at("spec.template.metadata.labels").value();
        assertThat(budget.at("spec.selector.matchLabels").value()).isEqualTo(labels);
        Node apart = pod.at("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.0");
        assertThat(apart.text("topologyKey")).isEqualTo("kubernetes.io/hostname");
        assertThat(apart.at("labelSelector.matchLabels").value()).isEqualTo(labels);
    }

    /** Every file that a flag names is in a volume that is mounted. */
    @Test
    void filesAreWhereTheFlagsSay() {
        List<String> mounts = container.all("volumeMounts").stream()
                .map(mount -> mount.text("mountPath"))
                .toList();
        for (String flag : List.of("--data", "--tls-cert", "--tls-key", "--tls-ca", "--resp-password-file")) {
            assertThat(mounts).as(flag).anyMatch(mount -> flag(flag).startsWith(mount + "/"));
        }
        for (Node mount : container.all("volumeMounts")) {
            String name = mount.text("name");
            boolean claimed = stateful.all("spec.volumeClaimTemplates").stream()
                    .anyMatch(claim -> claim.text("metadata.name").equals(name));
            assertThat(claimed || pod.named("volumes", name) != null).isTrue();
        }
    }

    /** What the page says to type in a pod asks the servers that there are, with the password that is mounted, and the program understands it. */
    @Test
    void whatIsTypedInAPodFitsWhatRunsThere() throws IOException {
        String service = stateful.text("spec.serviceName");
        List<String> pods = IntStream.range(0, Integer.parseInt(stateful.text("spec.replicas")))
                .mapToObj(ordinal -> "kv-" + ordinal)
                .toList();
        String servers = String.join(
                ",",
                pods.stream()
                        .map(pod -> pod + "." + service + ":" + port(flag("--listen")))
                        .toList());
        List<String> typed = new ArrayList<>();
        for (String line : page()) {
            Matcher exec = EXEC.matcher(line);
            if (exec.matches()) {
                assertThat(pods).contains(exec.group(1));
                assertThat(Files.readString(MANIFESTS.resolve("Containerfile")))
                        .contains("[\"java\", \"-jar\", \"" + exec.group(2) + "\"]");
                ParseResult command = KvMain.commandLine()
                        .parseArgs(exec.group(3).split(" ", -1))
                        .subcommand();
                assertThat(command.matchedOption("--servers").originalStringValues())
                        .containsExactly(servers);
                assertThat(command.matchedOption("--password-file").originalStringValues())
                        .containsExactly(flag("--resp-password-file"));
                typed.add(command.commandSpec().name());
            }
        }
        assertThat(typed).contains("doctor", "status", "call");
        assertThat(page())
                .map(FORWARD::matcher)
                .filteredOn(Matcher::matches)
                .isNotEmpty()
                .allSatisfy(forward -> {
                    assertThat(pods).contains(forward.group(1));
                    assertThat(forward.group(2)).isEqualTo(port(flag("--http-port")));
                });
    }

    /** The files that the flags of the servers name are keys of the secrets that the page makes. */
    @Test
    void secretsHoldWhatTheFlagsName() throws IOException, InterruptedException {
        Map<String, Set<String>> secrets = new HashMap<>();
        for (String line : page()) {
            if (line.startsWith("kubectl create secret")) {
                List<String> words = asAShellExpands(line);
                secrets.put(words.get(3), keys(words.subList(4, words.size())));
            }
        }
        for (String name : List.of("--tls-cert", "--tls-key", "--tls-ca", "--resp-password-file")) {
            Path named = Path.of(flag(name));
            String volume = container.all("volumeMounts").stream()
                    .filter(mount -> named.startsWith(mount.text("mountPath")))
                    .map(mount -> mount.text("name"))
                    .findFirst()
                    .orElseThrow();
            String secret = pod.named("volumes", volume).text("secret.secretName");
            for (String server : List.of("kv-0", "kv-1", "kv-2")) {
                assertThat(secrets.get(secret))
                        .as("%s of %s", name, server)
                        .contains(named.getFileName().toString().replace("$(POD_NAME)", server));
            }
        }
    }

    private static Set<String> keys(List<String> options) {
        Set<String> keys = new HashSet<>();
        for (String option : options) {
            Matcher from = FROM.matcher(option);
            assertThat(from.matches()).as(option).isTrue();
            keys.add(from.group(1));
        }
        return keys;
    }

    /** The words that {@code kubectl} would be given. */
    private static List<String> asAShellExpands(String command) throws IOException, InterruptedException {
        String prints = "kubectl() { printf '%s\\n' \"$@\"; }; openssl() { echo secret; }; ";
        Process shell = new ProcessBuilder("bash", "-c", prints + command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        shell.getOutputStream().close();
        List<String> words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(shell.waitFor()).as(command).isZero();
        return words;
    }

    /** Its lines, as a shell joins them. */
    private static List<String> page() throws IOException {
        return Files.readString(PAGE)
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .map(String::strip)
                .toList();
    }

    @Test
    void nothingRunsAsRoot() throws IOException {
        assertThat(pod.text("securityContext.runAsNonRoot")).isEqualTo("true");
        assertThat(container.text("securityContext.readOnlyRootFilesystem")).isEqualTo("true");
        assertThat(container.text("securityContext.allowPrivilegeEscalation")).isEqualTo("false");
        String user = pod.text("securityContext.runAsUser") + ":" + pod.text("securityContext.runAsGroup");
        assertThat(Files.readAllLines(MANIFESTS.resolve("Containerfile"))).contains("USER " + user);
    }
}
