package io.pecanraft.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that {@code java FILE} runs belong to no module, so nobody else would notice that they do not compile. */
class SingleFileProgramsTest {

    @TempDir
    Path classes;

    @Test
    void theyCompile() throws IOException {
        List<File> programs = new ArrayList<>();
        for (String directory : List.of(".ci", "benchmarks")) {
            try (Stream<Path> files = Files.list(Documents.ROOT.resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::toFile)
                        .forEach(programs::add);
            }
        }
        assertThat(programs).hasSizeGreaterThan(2);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            for (File program : programs) {
                StringWriter said = new StringWriter();
                boolean compiled = compiler.getTask(
                                said,
                                manager,
                                null,
                                List.of("-d", classes.toString(), "-proc:none", "-Xlint:all", "-Werror"),
                                null,
                                manager.getJavaFileObjects(program))
                        .call();
                assertThat(compiled).as("%s: %s", program, said).isTrue();
            }
        }
    }
}
