import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Looks at what would be published: a Maven repository that "mvn deploy -Prelease" has written. Every artifact must come with what a
 * public repository and its users expect. Run by .ci/published.
 */
final class StagedRepository {

    /** Named by no pom yet, because the project has no public place that they could name; see docs/known-gaps.md. */
    private static final List<String> NOT_BEFORE_THERE_IS_A_PUBLIC_PLACE = List.of("url", "scm");

    private static final List<String> OWN = List.of("name", "description");
    private static final List<String> OWN_OR_INHERITED = List.of("licenses", "developers");

    /** What tests use, and no user should get; but the testkit, for which they are optional. */
    private static final List<String> TEST_LIBRARIES = List.of("pkg:maven/org.junit", "pkg:maven/org.assertj", "jqwik");

    private final List<String> complaints = new ArrayList<>();
    private int artifacts;

    public static void main(String[] args) throws Exception {
        StagedRepository staged = new StagedRepository();
        Path group = Path.of(args[0], "io", "pecanraft");
        Element parent = pom(group.resolve("pecanraft-parent"));
        try (Stream<Path> all = Files.list(group)) {
            for (Path artifact : all.sorted().toList()) {
                staged.check(artifact, parent);
            }
        }
        staged.complaints.forEach(System.err::println);
        System.out.println(staged.artifacts + " artifacts looked at, " + staged.complaints.size() + " complaints; no pom has "
                + NOT_BEFORE_THERE_IS_A_PUBLIC_PLACE + " yet");
        System.exit(staged.complaints.isEmpty() && staged.artifacts > 1 ? 0 : 1);
    }

    private void check(Path artifact, Element parent) throws Exception {
        artifacts++;
        String name = artifact.getFileName().toString();
        Element pom = pom(artifact);
        OWN.forEach(element -> expect(has(pom, element), name, "its pom has no " + element));
        OWN_OR_INHERITED.forEach(element -> expect(
                has(pom, element) || has(pom, "parent") && has(parent, element), name, "its pom has no " + element));
        String sbom = Files.readString(file(artifact, "-cyclonedx.json"));
        expect(sbom.contains("\"CycloneDX\""), name, "its list of parts is not CycloneDX");
        if (!name.equals("raft-testkit")) {
            TEST_LIBRARIES.forEach(
                    library -> expect(!sbom.contains(library), name, "it brings " + library + " to its users"));
        }
        if (has(pom, "packaging")) {
            return;
        }
        file(artifact, "-sources.jar");
        file(artifact, "-javadoc.jar");
        try (JarFile jar = new JarFile(file(artifact, "[0-9].jar").toFile())) {
            expect(
                    jar.getEntry("module-info.class") != null
                            || jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name") != null,
                    name,
                    "its jar has no name as a module");
            for (String legal : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
                expect(jar.getEntry(legal) != null, name, "its jar has no " + legal);
            }
        }
    }

    private void expect(boolean is, String artifact, String complaint) {
        if (!is) {
            complaints.add(artifact + ": " + complaint);
        }
    }

    private static Element pom(Path artifact) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file(artifact, ".pom").toFile())
                .getDocumentElement();
    }

    private static boolean has(Element pom, String child) {
        for (Node each = pom.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each.getNodeName().equals(child) && !each.getTextContent().isBlank()) {
                return true;
            }
        }
        return false;
    }

    /** The only file of an artifact whose name ends so. */
    private static Path file(Path artifact, String end) {
        String pattern = ".*" + end.replace(".", "\\.");
        try (Stream<Path> files = Files.walk(artifact)) {
            List<Path> found = files.filter(each -> each.getFileName().toString().matches(pattern)).toList();
            if (found.size() != 1) {
                throw new IllegalStateException(artifact.getFileName() + " has " + found.size() + " files *" + end);
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
