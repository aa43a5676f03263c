package io.pecanraft.examples.kv;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Three real servers that several test classes share, one after the other, since starting them takes longer than what is tested. Each class
 * gets them running, with keys of others in them, and uses keys of its own; what it has killed is started again.
 */
final class SharedCluster implements ParameterResolver {

    private static final ExtensionContext.Namespace ALL = ExtensionContext.Namespace.create(SharedCluster.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ProcessCluster.class;
    }

    @Override
    public ProcessCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ProcessCluster cluster = context.getRoot()
                .getStore(ALL)
                .getOrComputeIfAbsent(Started.class, key -> new Started(), Started.class)
                .cluster;
        cluster.startTheDead();
        return cluster;
    }

    /** Until all tests have ended. */
    private static final class Started implements AutoCloseable {

        private final ProcessCluster cluster = ProcessCluster.started("shared", 3);

        @Override
        public void close() {
            cluster.close();
        }
    }
}
