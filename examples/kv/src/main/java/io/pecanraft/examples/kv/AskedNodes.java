package io.pecanraft.examples.kv;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which nodes a command asks, and the asking. */
final class AskedNodes {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private LocalPortsOptions local;

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT,...",
            split = ",",
            hideParamSyntax = true,
            description = "RESP addresses of nodes elsewhere, instead of --base-port and --nodes.")
    private @Nullable List<String> servers;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = Quantities.TimeoutConverter.class,
            description = "How long to wait for a node. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the nodes' password (--resp-password-file).")
    private @Nullable Path passwordFile;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Talk TLS, with nodes whose certificates these authorities (PEM) have issued.")
    private @Nullable Path authorities;

    /** What each node says of itself. All are asked at once: one that is down costs the timeout only once. */
    List<NodeReport> ask() {
        List<AskedNode> all = all();
        RespAccess access = access();
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<CompletableFuture<NodeReport>> asked = new ArrayList<>();
            for (AskedNode node : all) {
                asked.add(CompletableFuture.supplyAsync(
                        () -> NodeReport.ask(node.name(), node.address(), access, timeout), threads));
            }
            return asked.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    /**
     * A connection to one of them, which has heard the password. Its answers are waited for as long as it was.
     *
     * @throws IOException when that is not possible in time, or it does not accept the password
     */
    RespClient connect(AskedNode node) throws IOException {
        return RespClient.open(node.address(), access(), timeout);
    }

    /** How they are to be reached, by the options. */
    RespAccess access() {
        try {
            RespAccess access = RespAccess.withPassword(Optional.ofNullable(passwordFile));
            return authorities == null ? access : access.trusting(authorities);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Whom the options name, in their order. */
    List<AskedNode> all() {
        try {
            if (servers != null) {
                return servers.stream()
                        .map(HostPort::parse)
                        .map(address -> new AskedNode(address.toString(), address))
                        .toList();
            }
            LocalPorts ports = local.ports();
            List<AskedNode> all = new ArrayList<>();
            for (int i = 0; i < ports.nodes(); i++) {
                all.add(new AskedNode(LocalPorts.name(i), ports.resp(i)));
            }
            return all;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
