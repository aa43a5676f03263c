package io.pecanraft.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How long the jars are that an application of PecanRaft has on its class path: ours, and all that these need when they run. */
final class JarSizes {

    /** What the quick start names; raft-core and the API of state machines come with them. */
    private static final List<String> MODULES = List.of("raft-transport-netty", "raft-log-chronicle");

    /** Left behind by the build of {@code benchmarks/launch}, in each module. */
    private static final String CLASS_PATH = "target/runtime-classpath";

    private JarSizes() {}

    /** The sizes in the directory of this project. */
    static List<Figure> of(Path root) throws IOException {
        Set<Path> jars = new LinkedHashSet<>();
        for (String module : MODULES) {
            jars.add(jarOf(root.resolve(module)));
            Path classPath = root.resolve(module).resolve(CLASS_PATH);
            if (!Files.exists(classPath)) {
                throw new IOException(
                        classPath + " is missing; have benchmarks/footprint build it, without BENCHMARKS_NO_BUILD");
            }
            for (String jar : Files.readString(classPath).strip().split(File.pathSeparator, -1)) {
                jars.add(Path.of(jar));
            }
        }
        List<Figure> figures = new ArrayList<>();
        long all = 0;
        for (Path jar : jars) {
            long bytes = Files.size(jar);
            all += bytes;
            if (jar.startsWith(root)) {
                figures.add(new Figure("jar-" + jar.getFileName(), bytes, "bytes"));
            }
        }
        figures.add(new Figure("jars", jars.size(), "files"));
        figures.add(new Figure("jars-bytes", all, "bytes"));
        return figures;
    }

    private static Path jarOf(Path module) throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(module.resolve("target"), module.getFileName() + "-*.jar")) {
            for (Path jar : jars) {
                if (!jar.toString().matches(".*-(sources|javadoc|tests)\\.jar")) {
                    return jar;
                }
            }
        }
        throw new IOException(module + " has no jar; have benchmarks/footprint build it, without BENCHMARKS_NO_BUILD");
    }
}
