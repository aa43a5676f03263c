import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Looks at what would be published: a Maven repository that "mvn deploy -Prelease" has written. Every artifact must come with what a
 * public repository and its users expect. Typed by who makes a release, with the directory alone; .ci/published, which has no place to
 * name and perhaps no GnuPG, adds what it cannot have: "--rehearsal" lets snapshots pass, and a place that does not exist, "--unsigned"
 * what has no signatures.
 */
final class StagedRepository {

    /** What every pom says by itself. */
    private static final List<String> OF_EVERY_POM = List.of(
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/url",
            "scm/connection",
            "scm/developerConnection",
            "scm/tag",
            "issueManagement/url");

    private static final List<String> ADDRESSES =
            List.of("url", "scm/url", "scm/connection", "scm/developerConnection", "issueManagement/url");

    /** No file of its own, but about one. */
    private static final Pattern ABOUT_A_FILE = Pattern.compile(".*\\.(asc|md5|sha1|sha256|sha512)|maven-metadata\\.xml");

    /** What tests use, and no user should get; but the testkit, for which they are optional. */
    private static final List<String> TEST_LIBRARIES = List.of("pkg:maven/org.junit", "pkg:maven/org.assertj", "jqwik");

    private final List<String> complaints = new ArrayList<>();
    private final boolean rehearsal;
    private final boolean unsigned;
    private int signatures;

    private StagedRepository(List<String> options) {
        if (!Set.of("--rehearsal", "--unsigned").containsAll(options)) {
            throw new IllegalArgumentException("--rehearsal and --unsigned are all there is, and not " + options);
        }
        rehearsal = options.contains("--rehearsal");
        unsigned = options.contains("--unsigned");
    }

    public static void main(String[] args) throws Exception {
        StagedRepository staged = new StagedRepository(List.of(args).subList(1, args.length));
        Path group = Path.of(args[0], "io", "pecanraft");
        Set<String> published = new TreeSet<>();
        try (Stream<Path> all = Files.list(group)) {
            for (Path artifact : all.sorted().toList()) {
                published.add(artifact.getFileName().toString());
                staged.check(artifact);
            }
        }
        Element bom = pom(group.resolve("raft-bom"));
        Set<String> promised = new TreeSet<>(texts(bom, "dependencyManagement/dependencies/dependency/artifactId"));
        promised.add("raft-bom");
        staged.expect(published.equals(promised), "all", "there are " + published + ", and should be " + promised);
        staged.complaints.forEach(System.err::println);
        System.out.println(published.size() + " artifacts and " + staged.signatures + " signatures looked at, "
                + staged.complaints.size() + " complaints");
        System.exit(staged.complaints.isEmpty() ? 0 : 1);
    }

    private void check(Path artifact) throws Exception {
        String name = artifact.getFileName().toString();
        Element pom = pom(artifact);
        for (String element : OF_EVERY_POM) {
            List<String> texts = texts(pom, element);
            expect(!texts.isEmpty(), name, "its pom has no " + element);
            for (String text : texts) {
                expect(!text.isBlank() && !text.contains("${"), name, element + " in its pom is '" + text + "'");
            }
        }
        for (String element : ADDRESSES) {
            for (String address : texts(pom, element)) {
                expect(address.contains("https://"), name, element + " in its pom is not https: " + address);
                expect(rehearsal || !address.contains(".invalid"), name, element + " in its pom is nowhere: " + address);
            }
        }
        for (String version : texts(pom, "version")) {
            expect(texts(pom, "scm/tag").equals(List.of("v" + version)), name, "scm/tag in its pom is not v" + version);
            expect(rehearsal || !version.endsWith("-SNAPSHOT"), name, "it is a snapshot, " + version);
        }
        expect(texts(pom, "parent").isEmpty(), name, "its pom has a parent, which is not published");
        checkWhatIsAboutFiles(artifact);
        String sbom = Files.readString(file(artifact, "-cyclonedx.json"));
        expect(sbom.contains("\"CycloneDX\""), name, "its list of parts is not CycloneDX");
        if (!name.equals("raft-testkit")) {
            TEST_LIBRARIES.forEach(
                    library -> expect(!sbom.contains(library), name, "it brings " + library + " to its users"));
        }
        if (texts(pom, "packaging").contains("pom")) {
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

    private void checkWhatIsAboutFiles(Path artifact) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(artifact)) {
            files = all.filter(each -> Files.isRegularFile(each)
                            && !ABOUT_A_FILE.matcher(each.getFileName().toString()).matches())
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            for (String sum : List.of("md5", "sha1")) {
                expect(Files.exists(file.resolveSibling(name + "." + sum)), name, "there is no " + sum + " of it");
            }
            Path signature = file.resolveSibling(name + ".asc");
            if (Files.exists(signature)) {
                signatures++;
                expect(isGood(signature, file), name, "its signature is not good");
            } else {
                expect(unsigned, name, "it is not signed");
            }
        }
    }

    private static boolean isGood(Path signature, Path file) throws Exception {
        return new ProcessBuilder("gpg", "--batch", "--quiet", "--verify", signature.toString(), file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void expect(boolean is, String what, String complaint) {
        if (!is) {
            complaints.add(what + ": " + complaint);
        }
    }

    private static Element pom(Path artifact) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file(artifact, ".pom").toFile())
                .getDocumentElement();
    }

    /** What the elements at a path under this one say. */
    private static List<String> texts(Element parent, String path) {
        String[] steps = path.split("/", 2);
        List<String> texts = new ArrayList<>();
        for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element child && child.getNodeName().equals(steps[0])) {
                texts.addAll(steps.length == 1 ? List.of(child.getTextContent().strip()) : texts(child, steps[1]));
            }
        }
        return texts;
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
