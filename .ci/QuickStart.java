import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the Maven project of somebody who has read the README's quick start and nothing else: its dependencies and its program, to the
 * letter. Run by .ci/published.
 */
final class QuickStart {

    private static final Pattern DEPENDENCIES = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PROGRAM = Pattern.compile("<!-- snippet: \\S+/Counter\\.java -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JVM_FLAGS = Pattern.compile("`(--add-exports=[^`]*)`");

    public static void main(String[] args) throws IOException {
        String readme = Files.readString(Path.of(args[0]));
        Path project = Path.of(args[1]);
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(project.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>quick-start</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.source>17</maven.compiler.source>
                    <maven.compiler.target>17</maven.compiler.target>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                %s
                </project>
                """.formatted(first(DEPENDENCIES, readme)));
        Files.writeString(sources.resolve("Counter.java"), first(PROGRAM, readme));
        Files.writeString(project.resolve("jvm.flags"), first(JVM_FLAGS, readme).replace(' ', '\n') + "\n");
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("the README has no " + pattern);
        }
        return matcher.group(1);
    }
}
