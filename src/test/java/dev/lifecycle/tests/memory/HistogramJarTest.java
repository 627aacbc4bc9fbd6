package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user calls it: from another directory, without a class path. */
@Tag("once")
class HistogramJarTest {
    @TempDir
    Path dir;

    private String java(Path jar, int expected, String... words) throws IOException, InterruptedException {
        java.util.ArrayList<String> command = new java.util.ArrayList<>(java.util.List.of(
                ChildJvm.tool(Path.of(System.getProperty("java.home")), "java").toString(), "-jar", jar.toString()));
        command.addAll(java.util.List.of(words));
        Path output = dir.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(Files.createDirectories(dir.resolve("elsewhere")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(expected, process.exitValue(), printed);
        return printed;
    }

    private static Path jar(Class<?> type) {
        Path jar = ChildJvm.locationOf(type);
        assumeTrue(Files.isRegularFile(jar), "the jars are packaged by mvn verify");
        return jar;
    }

    @Test
    void findsTheApiInTheBuildTree() throws Exception {
        Path impl = jar(Lifecycle.provider().getClass());
        assertTrue(java(impl, 0, "memory", "--help").contains("histogram"));
        assertTrue(java(impl, 0, "--version").contains("api " + Lifecycle.version()));
        assertTrue(java(impl, 2, "memory", "histogram", "abc").contains("give its number"));
    }

    @Test
    void findsTheApiBesideItAndInARepository() throws Exception {
        Path impl = jar(Lifecycle.provider().getClass());
        Path api = jar(Lifecycle.class);
        Path beside = Files.createDirectories(dir.resolve("beside"));
        Files.copy(api, beside.resolve(api.getFileName()));
        assertTrue(java(Files.copy(impl, beside.resolve(impl.getFileName())), 0, "--version")
                .contains("api"));
        String version;
        try (JarFile jar = new JarFile(impl.toFile())) {
            version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
        }
        Path repository = Files.createDirectories(dir.resolve("lifecycle-impl").resolve(version));
        Path apis = Files.createDirectories(dir.resolve("lifecycle-api").resolve(version));
        Files.copy(api, apis.resolve(api.getFileName()));
        assertTrue(java(Files.copy(impl, repository.resolve(impl.getFileName())), 0, "--version")
                .contains("api"));
    }
}
