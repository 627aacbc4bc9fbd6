package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory and health in runtime images that lack modules which the library does not require. */
@Tag("once")
class WithoutModulesTest {
    private static final Path API = ChildJvm.locationOf(Lifecycle.class);
    private static final Path IMPL = ChildJvm.locationOf(Lifecycle.provider().getClass());
    private static final Path TESTS = ChildJvm.locationOf(WithoutModulesTest.class);

    /** What needs no module but {@code java.base}. */
    private static final Map<String, String> ALWAYS = Map.ofEntries(
            Map.entry("guard", "NORMAL 0"),
            Map.entry("tracker", "1"),
            Map.entry("watch", "INSUFFICIENT_DATA"),
            Map.entry("series", "false"),
            Map.entry("snapshot", "false"),
            Map.entry("metrics", "true"),
            Map.entry("line", "false"),
            Map.entry("reporter", "UP"),
            Map.entry("jfr", "UP"),
            Map.entry("report", "false"),
            Map.entry("closed", ""));

    private static final String NO_SERVER =
            "health server server needs the module jdk.httpserver, which this runtime has not loaded; add it with --add-modules jdk.httpserver, to java or jlink";
    private static final String NO_BEANS =
            "a histogram needs the modules java.management, jdk.management and jdk.jfr, and this runtime is without the first; add them with --add-modules, to java or jlink";
    private static final String NO_COMMANDS =
            "the diagnostic command gcClassHistogram cannot be run here: it is one of HotSpot, and needs the modules jdk.management and jdk.jfr, without which the JDK finds none. Add them with --add-modules, to java or jlink";

    private static String unsupported(String message) {
        return UnsupportedOperationException.class.getName() + ": " + message;
    }

    private static Map<String, String> expected(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(ALWAYS);
        all.putAll(others);
        return all;
    }

    private static Map<String, String> answers(String... options) throws IOException, InterruptedException {
        List<String> lines = ChildJvm.java(options).lines(0);
        return lines.stream()
                .map(line -> line.split(": ", 2))
                .filter(parts -> parts[0].matches("[a-z]+"))
                .collect(Collectors.toMap(
                        parts -> parts[0], parts -> parts.length == 1 ? "" : parts[1], (a, b) -> a, TreeMap::new));
    }

    private static Map<String, String> onTheClassPath(String modules) throws IOException, InterruptedException {
        return answers(
                "--limit-modules", modules, "-cp", ChildJvm.path(API, IMPL, TESTS), WithoutModules.class.getName());
    }

    private static Map<String, String> withJavaBaseOnly() {
        return expected(Map.of(
                "requester",
                unsupported(
                        "gc requester gc counts collections, and this runtime is without the module java.management; add it with --add-modules java.management, to java or jlink"),
                "confirm",
                unsupported(NO_BEANS),
                "predict",
                unsupported(NO_BEANS),
                "histogram",
                unsupported(NO_BEANS),
                "jmx",
                unsupported(
                        "health reporter jmx was told to register MBeans, and this runtime is without the module java.management; add it, or leave jmx() out"),
                "server",
                unsupported(NO_SERVER)));
    }

    private static Map<String, String> withoutCommands() {
        return expected(Map.of(
                "requester",
                "false",
                "confirm",
                unsupported(NO_COMMANDS),
                "predict",
                "false",
                "histogram",
                unsupported(NO_COMMANDS),
                "jmx",
                "UP",
                "server",
                unsupported(NO_SERVER)));
    }

    @Test
    void withJavaBaseAlone() throws IOException, InterruptedException {
        assertEquals(withJavaBaseOnly(), onTheClassPath("java.base"));
    }

    @Test
    void withJavaBaseAloneOnTheModulePath() throws IOException, InterruptedException {
        assertEquals(
                withJavaBaseOnly(),
                answers(
                        "--limit-modules",
                        "java.base,dev.lifecycle.api,dev.lifecycle.impl",
                        "-p",
                        ChildJvm.path(API, IMPL),
                        "--add-modules",
                        "dev.lifecycle.impl",
                        "-cp",
                        TESTS.toString(),
                        WithoutModules.class.getName()));
    }

    @Test
    void withTheBeansOfThePlatformButThoseOfHotSpot() throws IOException, InterruptedException {
        assertEquals(withoutCommands(), onTheClassPath("java.management"));
    }

    /** The bean that runs diagnostic commands looks each of them up, and stops at the first of the flight recorder. */
    @Test
    void withoutTheFlightRecorderThereAreNoDiagnosticCommands() throws IOException, InterruptedException {
        assertEquals(withoutCommands(), onTheClassPath("jdk.management"));
    }

    @Test
    void withAllThatIsOfUse() throws IOException, InterruptedException {
        assertEquals(
                expected(Map.of(
                        "requester", "false",
                        "confirm", "false",
                        "predict", "false",
                        "histogram", "false",
                        "jmx", "UP",
                        "server", "true")),
                onTheClassPath("jdk.management,jdk.jfr,jdk.httpserver,java.logging"));
    }
}
