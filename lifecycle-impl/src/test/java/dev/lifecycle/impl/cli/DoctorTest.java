package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Looks at processes that are but files, and flags. */
@EnabledOnOs(OS.LINUX)
class DoctorTest {
    @TempDir
    Path root;

    private static VmFlags flags(String... commandLine) {
        return VmFlags.of(Map.of(), Optional.empty(), List.of(commandLine));
    }

    @Test
    void theLastFlagOfANameCounts() {
        VmFlags flags = flags("java", "-XX:+UseZGC", "-Xmx1g", "-XX:-UseZGC", "-XX:MaxHeapSize=512m", "Main");
        assertFalse(flags.isOn("UseZGC", true));
        assertEquals(OptionalLong.of(512L << 20), flags.bytes("MaxHeapSize"));
        assertTrue(flags.isOn("Other", true));
        assertTrue(flags.value("Other").isEmpty());
    }

    @Test
    void argumentsOfTheProgramAreNoFlags() {
        assertTrue(flags("java", "-cp", "-XX:+A", "Main", "-XX:+B").value("X").isEmpty());
        VmFlags flags = flags("java", "-cp", "-XX:+A", "Main", "-XX:+B");
        assertFalse(flags.isOn("A", false));
        assertFalse(flags.isOn("B", false));
        assertFalse(flags("java", "-jar", "a.jar", "-XX:+B").isOn("B", false));
        assertTrue(flags("java", "@file", "-XX:+B", "Main").isOn("B", false));
    }

    @Test
    void theEnvironmentCountsAsTheVirtualMachineReadsIt() {
        Map<String, String> environment =
                Map.of("JAVA_TOOL_OPTIONS", "-XX:+A -XX:+B", "_JAVA_OPTIONS", "-XX:-C", "JDK_JAVA_OPTIONS", "-XX:+D");
        VmFlags flags = VmFlags.of(environment, Optional.empty(), List.of("java", "-XX:-B", "-XX:+C", "Main"));
        assertTrue(flags.isOn("A", false));
        assertFalse(flags.isOn("B", true), "the command line is behind it");
        assertFalse(flags.isOn("C", true), "this is behind the command line");
        assertTrue(flags.isOn("D", false));
    }

    @Test
    void sizesHaveUnits() {
        assertEquals(OptionalLong.of(3 << 10), VmFlags.size("3k"));
        assertEquals(OptionalLong.of(3L << 40), VmFlags.size("3T"));
        assertEquals(OptionalLong.of(77), VmFlags.size("77"));
        for (String other : List.of("", "m", "-1", "1x", "1.5g", "999999999999999999t")) {
            assertTrue(VmFlags.size(other).isEmpty(), other);
        }
        assertEquals(Optional.of("512"), flags("java", "-Xss512k", "Main").value("ThreadStackSize"));
    }

    @Test
    void theEnvelopeAddsUpWhatFlagsBound() throws IOException {
        DoctorFacts facts = facts(
                "java",
                "-Xmx100m",
                "-XX:MaxMetaspaceSize=20m",
                "-XX:ReservedCodeCacheSize=30m",
                "-XX:MaxDirectMemorySize=40m",
                "-Xss2m",
                "Main");
        Envelope envelope = Envelope.of(facts);
        assertEquals((100 + 20 + 30 + 40 + 50 * 2) << 20, envelope.most());
        assertTrue(envelope.least() < envelope.most() && envelope.least() > 100 << 20, envelope.toString());
        assertTrue(envelope.text().contains("290 MB = heap 100 + metaspace 20"), envelope.text());
        assertTrue(Envelope.of(facts("java", "-Xmx100m", "Main")).text().contains("not bounded"));
    }

    private DoctorFacts facts(String... commandLine) throws IOException {
        Path proc = Files.createDirectories(root.resolve("proc"));
        Path own = Files.createDirectories(proc.resolve("7"));
        return new DoctorFacts(
                proc,
                own,
                Map.of("Threads", "50", "VmSwap", "2048 kB"),
                Optional.empty(),
                flags(commandLine),
                Map.of());
    }

    private static Check named(String name, DoctorFacts facts) {
        return DoctorChecks.process(facts).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void warnsOfSwapThatIsInUse() throws IOException {
        assertTrue(named("swap", facts("java", "Main")).text().startsWith("WARN  swap                 2 MB"));
    }

    @Test
    void descriptorsNearlyUsedUpAreAFailureUnderAnyLimit() throws IOException {
        DoctorFacts facts = facts("java", "Main");
        Files.writeString(
                facts.process().resolve("limits"), "Max open files            5000                 9000   files\n");
        Path fd = Files.createDirectories(facts.process().resolve("fd"));
        assertEquals(Check.Level.OK, named("descriptors", facts).level());
        for (int i = 0; i < 4_000; i++) {
            Files.createFile(fd.resolve(Integer.toString(i)));
        }
        assertEquals(Check.Level.FAIL, named("descriptors", facts).level());
        assertTrue(named("descriptors", facts).found().contains("4000 of 5000 open (80 %)"));
    }

    @Test
    void eachCollectionFlagIsToldApart() throws IOException {
        assertEquals(
                Check.Level.WARN,
                named("explicit collection", facts("java", "-XX:+ExplicitGCInvokesConcurrent", "Main"))
                        .level());
        assertEquals(
                Check.Level.OK,
                named("out of memory", facts("java", "-XX:OnOutOfMemoryError=kill -9 %p", "Main"))
                        .level());
        assertEquals(
                Check.Level.OK,
                named("out of memory", facts("java", "-XX:+CrashOnOutOfMemoryError", "Main"))
                        .level());
        assertEquals(
                Check.Level.WARN,
                named("attaching", facts("java", "-XX:+DisableAttachMechanism", "Main"))
                        .level());
    }

    @Test
    void theVersionOfControlGroupsIsThatOfTheMounts() throws IOException {
        DoctorFacts facts = facts("java", "Main");
        Path mounts = Files.createDirectories(facts.proc().resolve("self")).resolve("mountinfo");
        String first = "32 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
        String second = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        assertEquals("none", facts.groupVersion());
        Files.writeString(mounts, first);
        assertEquals("v1", facts.groupVersion());
        Files.writeString(mounts, second);
        assertEquals("v2", facts.groupVersion());
        Files.writeString(mounts, first + second);
        assertEquals("hybrid", facts.groupVersion());
    }

    @Test
    void whatTheTargetSaysOfItselfIsPrintedEscaped() throws IOException {
        Check check = named(
                "heap dump", facts("java", "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=/a\u001b[2J", "Main"));
        assertFalse(check.text().contains("\u001b"), check.text());
        assertTrue(check.text().contains("/a\\u001b[2J"), check.text());
    }

    @Test
    void aProcessThatIsNoJvmCannotBeLookedAt() throws Exception {
        ProcOverlay overlay = new ProcOverlay(root, ProcessHandle.current().pid());
        assertEquals(Exit.NO_ATTACH, overlay.memory("doctor", Long.toString(Integer.MAX_VALUE)));
        try (FakeTarget fake = new FakeTarget(Files.createDirectories(root.resolve("fake")))) {
            Files.writeString(fake.own.resolve("maps"), "7f00-7f01 r-xp 00000000 08:01 99 /bin/cat\n");
            assertEquals(Exit.NO_ATTACH, Main.run(List.of("memory", "doctor", "4711"), fake.world()));
            assertTrue(
                    fake.err.toString(java.nio.charset.StandardCharsets.UTF_8).contains("is no HotSpot JVM"));
        }
    }

    @Test
    void aMachineIsLookedAtWithoutAProcess() {
        var out = new java.io.ByteArrayOutputStream();
        World world = World.real(
                new java.io.PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8),
                new java.io.PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8));
        int status = Main.run(List.of("memory", "doctor"), world);
        String text = out.toString(java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(text.contains("FAIL ") ? Exit.FINDING : Exit.OK, status, text);
        assertTrue(text.contains("descriptors") && text.contains("control group"), text);
        assertEquals(Exit.USAGE, Main.run(List.of("memory", "doctor", "--touch"), world));
        assertEquals(Exit.USAGE, Main.run(List.of("memory", "doctor", "1", "2"), world));
    }
}
