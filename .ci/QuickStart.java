import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the Maven project of somebody who has read the README's quick start and nothing else: its pom, its program, and what to
 * type, to the letter. Run by .ci/published.
 */
final class QuickStart {

    private static final Pattern POM = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PROGRAM = Pattern.compile("<!-- snippet: \\S+/Counter\\.java -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BUILD = Pattern.compile("\n    (mvn compile [^\n]*)\n");
    private static final Pattern START = Pattern.compile("\n    (java --add-exports=(?:[^\n]*\\\\\n)*[^\n]*) n1\n");

    public static void main(String[] args) throws IOException {
        String readme = Files.readString(Path.of(args[0]));
        Path project = Path.of(args[1]);
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(project.resolve("pom.xml"), first(POM, readme));
        Files.writeString(sources.resolve("Counter.java"), first(PROGRAM, readme));
        Files.writeString(project.resolve("build.sh"), first(BUILD, readme) + "\n");
        Files.writeString(project.resolve("start.sh"), "exec " + first(START, readme) + " \"$1\"\n");
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("the README has no " + pattern);
        }
        return matcher.group(1);
    }
}
