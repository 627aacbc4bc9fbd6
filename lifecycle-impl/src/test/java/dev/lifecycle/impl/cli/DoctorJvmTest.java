package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against JVMs of each JDK that is installed, set up well but for one thing. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class DoctorJvmTest {
    private static final long ROOMY = 1_024;

    @TempDir
    Path root;

    static List<Path> jdks() throws IOException {
        return Jdks.homes();
    }

    private static Child child(Path home, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-XX:+HeapDumpOnOutOfMemoryError", "-XX:+ExitOnOutOfMemoryError"));
        all.addAll(List.of(options));
        return Child.start(home, Idle.class, all);
    }

    private ProcOverlay look(Child child, int expected, String... words) throws IOException {
        ProcOverlay overlay = new ProcOverlay(root, child.pid());
        overlay.second(ROOMY);
        doctor(overlay, child, expected, words);
        return overlay;
    }

    private static void doctor(ProcOverlay overlay, Child child, int expected, String... words) {
        overlay.out.reset();
        List<String> all = new ArrayList<>(List.of("doctor", Long.toString(child.pid())));
        all.addAll(List.of(words));
        assertEquals(expected, overlay.memory(all.toArray(String[]::new)), overlay.out() + overlay.err());
    }

    /** The only one, with a remedy below it. */
    private static void assertFails(String name, String found, ProcOverlay overlay) {
        List<String> lines = overlay.out().lines().toList();
        List<String> failed =
                lines.stream().filter(line -> line.startsWith("FAIL")).toList();
        assertEquals(1, failed.size(), overlay.out());
        assertTrue(
                failed.get(0).matches("FAIL  " + name + " .*") && failed.get(0).contains(found), overlay.out());
        assertTrue(lines.get(lines.indexOf(failed.get(0)) + 1).contains("-> "), overlay.out());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsNothingInWhatIsSetUpWell(Path home) throws Exception {
        try (Child child = child(home)) {
            ProcOverlay overlay = look(child, Exit.OK);
            assertFalse(overlay.out().contains("FAIL "), overlay.out());
            assertTrue(overlay.out().contains("v2, limit 1024 MB"), overlay.out());
            assertTrue(overlay.out().contains("JDK " + Jdks.version(home)), overlay.out());
            assertEquals("", overlay.err());
            child.checkUnharmed();
            assertFalse(Files.exists(Path.of("/tmp/.java_pid" + child.pid())), "its attach listener was woken");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsALimitBelowHeapAndWhatIsBesideIt(Path home) throws Exception {
        try (Child child = child(home)) {
            ProcOverlay overlay = new ProcOverlay(root, child.pid());
            overlay.second(100);
            doctor(overlay, child, Exit.FINDING);
            assertFails("memory limit", "the limit of its control group is 100 MB, but it may take", overlay);
            overlay.second(300); // enough as it is used now, not for all that its flags allow
            doctor(overlay, child, Exit.OK);
            assertTrue(overlay.out().contains("WARN  memory limit"), overlay.out());
            doctor(overlay, child, Exit.FINDING, "--strict");
            overlay.first(100);
            doctor(overlay, child, Exit.FINDING);
            assertFails("memory limit", "100 MB", overlay);
            assertTrue(overlay.out().contains("hybrid, limit 100 MB"), overlay.out());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsAHeapAboveTheLimit(Path home) throws Exception {
        try (Child child = child(home)) {
            ProcOverlay overlay = new ProcOverlay(root, child.pid());
            overlay.second(40);
            doctor(overlay, child, Exit.FINDING);
            assertTrue(overlay.out().contains("FAIL  control group        v2, limit 40 MB"), overlay.out());
            assertTrue(overlay.out().contains("the JVM does not see the limit, or -Xmx is above it"), overlay.out());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsAJvmThatDoesNotSeeItsControlGroup(Path home) throws Exception {
        try (Child child = child(home, "-XX:-UseContainerSupport")) {
            assertFails("control group", "-XX:-UseContainerSupport", look(child, Exit.FINDING));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsThatExplicitCollectionIsDisabled(Path home) throws Exception {
        try (Child child = child(home, "-XX:+DisableExplicitGC")) {
            assertFails("explicit collection", "-XX:+DisableExplicitGC", look(child, Exit.FINDING));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsThatOutOfMemoryDoesNotEndIt(Path home) throws Exception {
        try (Child child = child(home, "-XX:-ExitOnOutOfMemoryError")) {
            assertFails("out of memory", "half dead", look(child, Exit.FINDING));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsThatPerformanceDataAreOff(Path home) throws Exception {
        try (Child child = child(home, "-XX:-UsePerfData")) {
            assertFails("performance data", "-XX:-UsePerfData", look(child, Exit.FINDING));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void findsALowLimitOfDescriptors(Path home) throws Exception {
        List<String> command = List.of(
                "/bin/sh",
                "-c",
                "ulimit -n 200; exec \"$0\" \"$@\"",
                home.resolve("bin").resolve("java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                Child.location(Child.class).toString(),
                Idle.class.getName());
        try (Child child = Child.start(command, true)) {
            assertFails("descriptors", "of 200 open", look(child, Exit.FINDING));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void seesFlagsOfAFileOfArgumentsAndAsksForThemIfItMay(Path home) throws Exception {
        Path arguments = Files.writeString(root.resolve("arguments"), "-XX:+DisableExplicitGC\n");
        try (Child child = child(home, "@" + arguments, "-XX:-UsePerfData")) {
            ProcOverlay overlay = look(child, Exit.FINDING);
            assertTrue(overlay.out().contains("OK    explicit collection"), "not written down: " + overlay.out());
            doctor(overlay, child, Exit.FINDING, "--touch");
            assertTrue(overlay.out().contains("FAIL  explicit collection"), overlay.out() + overlay.err());
            child.checkUnharmed();
        }
    }
}
