package dev.lifecycle.tests.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small program with the library, started in each way a program can be. */
class BootTest {
    private static final Path HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    static Path folder;

    private static Path application;

    @BeforeAll
    static void compileApplication() throws IOException {
        application = Workshop.compile(
                folder.resolve("application"),
                List.of("--module-path", Workshop.API.toString()),
                Map.of("module-info", "module boot.app { requires dev.lifecycle.api; }", "boot.Main", """
                package boot;

                import dev.lifecycle.Lifecycle;
                import dev.lifecycle.ProviderMissingException;
                import dev.lifecycle.scope.Exit;
                import dev.lifecycle.scope.Scope;

                public class Main {
                    public static void main(String[] args) {
                        System.out.println("api in " + Lifecycle.class.getModule());
                        System.out.println("value " + Exit.of(new Error("x")));
                        System.out.println("available " + Lifecycle.isAvailable());
                        if (args.length > 0) {
                            for (int i = 0; i < 3; i++) {
                                try {
                                    Scope.open("app");
                                } catch (ProviderMissingException e) {
                                    System.out.println(e.getMessage());
                                }
                            }
                            return;
                        }
                        System.out.println("impl in " + Lifecycle.provider().getClass().getModule());
                        try (Scope app = Scope.open("app")) {
                            app.defer(() -> System.out.println("closed"));
                            System.out.println(Lifecycle.roots().get(0).name() + " is open");
                        }
                        System.out.println(Lifecycle.roots());
                    }
                }
                """));
    }

    private static void boots(ChildJvm.Result result, String api, String impl) {
        assertEquals(
                List.of(
                        "api in " + api,
                        "value Failure[cause=java.lang.Error: x]",
                        "available true",
                        "impl in " + impl,
                        "app is open",
                        "closed",
                        "[]"),
                withoutHash(result));
    }

    /** An unnamed module prints its identity. */
    private static List<String> withoutHash(ChildJvm.Result result) {
        return result.lines(0).stream()
                .map(line -> line.replaceAll("unnamed module @.*", "unnamed module"))
                .toList();
    }

    @Test
    void bindsOnTheClassPath() throws IOException, InterruptedException {
        boots(
                ChildJvm.java("-cp", ChildJvm.path(Workshop.API, Workshop.IMPL, application), "boot.Main"),
                "unnamed module",
                "unnamed module");
    }

    /** The program requires the api alone: the implementation comes in by its provides clause. */
    @Test
    void bindsOnTheModulePath() throws IOException, InterruptedException {
        boots(
                ChildJvm.java(
                        "-p", ChildJvm.path(Workshop.API, Workshop.IMPL, application), "-m", "boot.app/boot.Main"),
                "module dev.lifecycle.api",
                "module dev.lifecycle.impl");
    }

    @Test
    void bindsAnImplementationOnTheClassPathToAnApiOnTheModulePath() throws IOException, InterruptedException {
        boots(
                ChildJvm.java(
                        "-p",
                        ChildJvm.path(Workshop.API, application),
                        "-cp",
                        Workshop.IMPL.toString(),
                        "-m",
                        "boot.app/boot.Main"),
                "module dev.lifecycle.api",
                "unnamed module");
    }

    /** A launcher that appends to the boot class path, as agents are: the api then has no class loader. */
    @Test
    void bindsAnImplementationOnTheClassPathToAnApiOnTheBootClassPath() throws IOException, InterruptedException {
        boots(
                ChildJvm.java(
                        "-Xbootclasspath/a:" + Workshop.API,
                        "-cp",
                        ChildJvm.path(Workshop.IMPL, application),
                        "boot.Main"),
                "unnamed module",
                "unnamed module");
    }

    private static void missesTheImplementation(ChildJvm.Result result, String api, String path) {
        List<String> lines = withoutHash(result);
        assertEquals(6, lines.size(), result::output);
        assertEquals(
                List.of("api in " + api, "value Failure[cause=java.lang.Error: x]", "available false"),
                lines.subList(0, 3));
        assertTrue(
                lines.get(3).startsWith("no implementation found; add dev.lifecycle:lifecycle-impl, version "),
                result::output);
        assertTrue(
                lines.get(3).contains(", to the " + path + ". Searched the api's own class loader (app)"),
                result::output);
        assertEquals(lines.get(3), lines.get(4));
        assertEquals(lines.get(3), lines.get(5));
    }

    @Test
    void saysOnTheClassPathWhatIsMissing() throws IOException, InterruptedException {
        missesTheImplementation(
                ChildJvm.java("-cp", ChildJvm.path(Workshop.API, application), "boot.Main", "alone"),
                "unnamed module",
                "class path");
    }

    @Test
    void saysOnTheModulePathWhatIsMissing() throws IOException, InterruptedException {
        missesTheImplementation(
                ChildJvm.java("-p", ChildJvm.path(Workshop.API, application), "-m", "boot.app/boot.Main", "alone"),
                "module dev.lifecycle.api",
                "module path");
    }

    @Test
    void bindsInAnImageMadeByJlink() throws IOException, InterruptedException {
        Path jlink = ChildJvm.tool(HOME, "jlink");
        assumeTrue(Files.isExecutable(jlink), "no jlink in " + HOME);
        assumeTrue(
                Files.isDirectory(HOME.resolve("jmods"))
                        || ChildJvm.run(jlink, "--help").output().contains("Linking from run-time image enabled"),
                "no jmods in " + HOME + ", and its jlink does not work without");
        Path image = folder.resolve("image");
        ChildJvm.run(
                        jlink,
                        "--module-path",
                        ChildJvm.path(Workshop.API, Workshop.IMPL, application),
                        "--add-modules",
                        "boot.app,dev.lifecycle.impl",
                        "--output",
                        image.toString())
                .lines(0);
        boots(
                ChildJvm.java(image, "-m", "boot.app/boot.Main"),
                "module dev.lifecycle.api",
                "module dev.lifecycle.impl");
    }
}
