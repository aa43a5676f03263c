package io.pecanraft.testkit.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A library and its tests once more, with some classes replaced. All whose names begin with one text are loaded here and not by
 * the parent, since classes of one package only see each other's package-private parts within one loader.
 */
public final class MutantLoader extends ClassLoader {

    private final String ours;
    private final Map<String, byte[]> replaced;

    private MutantLoader(String ours, Map<String, byte[]> replaced) {
        super(MutantLoader.class.getClassLoader());
        this.ours = ours;
        this.replaced = replaced;
    }

    /**
     * Compiles a mutant against the class path of this JVM.
     *
     * @param ours how the names of the classes begin that are to see the mutant: those of the library and of its tests
     * @throws AssertionError when it does not compile
     * @throws IllegalStateException when this JVM has no compiler
     */
    public static MutantLoader of(SourceMutant mutant, String ours) {
        return new MutantLoader(ours, compile(mutant));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = name.startsWith(ours) ? define(name) : super.loadClass(name, false);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = replaced.get(name);
        if (bytes == null) {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(SourceMutant mutant) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("mutants need the compiler of a JDK; this is a JRE");
        }
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        JavaFileManager files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/')), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        ByteArrayOutputStream out = new ByteArrayOutputStream();
                        classes.put(className, out);
                        return out;
                    }
                };
            }
        };
        List<JavaFileObject> sources = new ArrayList<>();
        mutant.sources().forEach((path, text) -> sources.add(source(path, text)));
        StringWriter problems = new StringWriter();
        List<String> options =
                List.of("-nowarn", "-proc:none", "-implicit:none", "-cp", System.getProperty("java.class.path"));
        if (!sources.isEmpty()
                && !compiler.getTask(problems, files, null, options, null, sources)
                        .call()) {
            throw new AssertionError("mutant " + mutant.name() + " does not compile:\n" + problems);
        }
        Map<String, byte[]> bytes = new HashMap<>();
        classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
        return bytes;
    }

    private static JavaFileObject source(String path, String text) {
        return new SimpleJavaFileObject(URI.create("memory:///" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
