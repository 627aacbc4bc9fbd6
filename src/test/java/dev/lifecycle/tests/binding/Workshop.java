package dev.lifecycle.tests.binding;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.spi.LifecycleProvider;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles what the binding tests put on class paths and module paths, and knows where the two jars under test are. */
final class Workshop {
    /** The jar, or the folder of classes, of the api. */
    static final Path API = ChildJvm.locationOf(Lifecycle.class);

    /** The jar, or the folder of classes, of the implementation. */
    static final Path IMPL = ChildJvm.locationOf(Lifecycle.provider().getClass());

    static final String SERVICE = LifecycleProvider.class.getName();

    private Workshop() {}

    /** Compiles sources, given by the names of their classes, into {@code out}. */
    static Path compile(Path out, List<String> options, Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new AssertionError("these tests need a JDK; " + System.getProperty("java.home") + " has no compiler");
        }
        List<String> all =
                new ArrayList<>(List.of("-proc:none", "-Xlint:none", "--release", "17", "-d", out.toString()));
        all.addAll(options);
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((name, source) -> files.add(new Source(name, source)));
        StringWriter messages = new StringWriter();
        if (!compiler.getTask(messages, null, null, all, null, files).call()) {
            throw new AssertionError(messages.toString());
        }
        return out;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Makes a folder with a services file that names {@code providers}, a line each. */
    static Path services(Path parent, String... providers) throws IOException {
        Path folder = Files.createTempDirectory(parent, "services");
        Path file = folder.resolve("META-INF/services").resolve(SERVICE);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(providers));
        return folder;
    }

    static URL[] urls(Path... entries) throws MalformedURLException {
        URL[] urls = new URL[entries.length];
        for (int i = 0; i < entries.length; i++) {
            urls[i] = entries[i].toUri().toURL();
        }
        return urls;
    }
}
