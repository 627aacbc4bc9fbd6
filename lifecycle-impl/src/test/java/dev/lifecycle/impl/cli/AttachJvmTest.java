package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against JVMs of each JDK that is installed. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class AttachJvmTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    static List<Path> jdks() throws IOException {
        return Jdks.homes();
    }

    /** How a call of the command line ended. */
    private record Run(int status, String out, String err) {}

    private static Run memory(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        World world = World.real(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of("memory"));
        all.addAll(Arrays.asList(arguments));
        int status = Main.run(all, world);
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static World quiet() {
        return World.real(
                new PrintStream(OutputStream.nullOutputStream()), new PrintStream(OutputStream.nullOutputStream()));
    }

    private static String jcmd(Child child, Duration timeout, String command)
            throws CliException, InterruptedException {
        return new AttachClient(Target.of(Path.of("/proc"), child.pid()), quiet()).run(timeout, "jcmd", command);
    }

    private static Child idle(Path home, String... options) throws IOException {
        return Child.start(home, Idle.class, List.of(options));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void histogramPredictsThenCounts(Path home) throws Exception {
        try (Child child = idle(home)) {
            for (String mode : List.of("--all", "--live")) {
                Run run = memory("histogram", Long.toString(child.pid()), mode, "--full", "--max-pause", "1m");
                assertEquals(Exit.OK, run.status, run.err);
                int predicted = run.out.indexOf("predicted pause");
                int measured = run.out.indexOf("measured pause");
                int table = run.out.indexOf("#instances");
                assertTrue(predicted >= 0 && predicted < measured && measured < table, run.out);
                assertTrue(run.out.lines().anyMatch(line -> line.matches(" *\\d+: +4321 +\\d+ +" + kept())), run.out);
            }
            Run refused = memory("histogram", Long.toString(child.pid()), "--max-pause", "1us");
            assertEquals(Exit.INCONCLUSIVE, refused.status);
            assertTrue(refused.err.contains("Raise --max-pause"), refused.err);
            assertFalse(refused.out.contains("#instances"), refused.out);
            String threads = jcmd(child, SECOND, "Thread.print");
            assertEquals(1, threads.split("\"Attach Listener\"", -1).length - 1, "one thread more");
            child.checkUnharmed();
            clientsThatAreKilledOrSlowHoldUpNobody(home, child);
        }
    }

    private static String kept() {
        return Idle.Kept.class.getName().replace("$", "\\$").replace(".", "\\.");
    }

    // ---- clients that behave badly: with the same target, since starting one takes long
    // ---------------------------------

    private static void clientsThatAreKilledOrSlowHoldUpNobody(Path home, Child target) throws Exception {
        // killed, with its reply half read
        try (Child client = Child.start(
                Path.of(System.getProperty("java.home")), Rude.class, List.of(), Long.toString(target.pid()))) {
            assertTrue(client.process.isAlive());
        }
        long start = System.nanoTime();
        assertTrue(jcmd(target, SECOND, "VM.version").contains("VM"));
        assertTrue(System.nanoTime() - start < 1_000_000_000L);

        // alive, with its reply unread: a JDK 25 target serves nobody else until it is gone, and says so in time
        try (SocketChannel rude = Rude.connect(target.pid())) {
            assertTrue(rude.isConnected());
            try {
                jcmd(target, Duration.ofMillis(500), "VM.version");
            } catch (CliException late) {
                assertEquals(Exit.NO_ATTACH, late.status());
                assertTrue(String.valueOf(late.getMessage()).contains("Another tool"), late.getMessage());
            }
        }
        assertTrue(jcmd(target, SECOND, "VM.version").contains("VM"));
        slowReaderOfOurOutput(target);
        target.checkUnharmed();
    }

    /** Whoever reads what this prints may take its time: the target has been left before. */
    private static void slowReaderOfOurOutput(Child target) throws Exception {
        CountDownLatch printing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                printing.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        World world = new World(
                new PrintStream(slow, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream()),
                Path.of("/proc"),
                Quit.BY_SHELL,
                TimeSource.system());
        Thread reader = new Thread(
                () -> Main.run(List.of("memory", "histogram", Long.toString(target.pid()), "--full"), world));
        reader.start();
        assertTrue(printing.await(10, TimeUnit.SECONDS));
        assertTrue(jcmd(target, SECOND, "VM.version").contains("VM"));
        goOn.countDown();
        reader.join(10_000);
        assertFalse(reader.isAlive());
    }

    /** A client that asks, reads a little, and then nothing more. */
    static final class Rude {
        private Rude() {}

        static SocketChannel connect(long pid) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of("/tmp/.java_pid" + pid));
            channel.write(ByteBuffer.wrap("1\0inspectheap\0-all\0\0\0".getBytes(StandardCharsets.US_ASCII)));
            channel.read(ByteBuffer.allocate(2));
            return channel;
        }

        public static void main(String[] args) throws IOException {
            try (SocketChannel channel = connect(Long.parseLong(args[0]))) {
                System.out.println("ready " + channel);
                System.in.read();
            }
        }
    }

    // ---- targets that cannot be attached to, or in part
    // -----------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("jdks")
    void withoutPerformanceDataTheAnswerIsTimed(Path home) throws Exception {
        try (Child child = idle(home, "-XX:-UsePerfData")) {
            Run run = memory("histogram", Long.toString(child.pid()));
            assertEquals(Exit.OK, run.status, run.err);
            assertTrue(run.out.contains("answered within") && run.out.contains("UNKNOWN"), run.out);
            child.checkUnharmed();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void aTargetThatForbidsAttachingIsLeftAlone(Path home) throws Exception {
        try (Child child = idle(home, "-XX:+DisableAttachMechanism")) {
            Run run = memory("histogram", Long.toString(child.pid()));
            assertEquals(Exit.NO_ATTACH, run.status);
            assertTrue(run.err.contains("DisableAttachMechanism"), run.err);
            child.checkUnharmed();
            // what it shows all the same
            PerfData data =
                    PerfData.of(Target.of(Path.of("/proc"), child.pid())).orElseThrow();
            assertFalse(data.attachable());
            assertTrue(data.used() >= 0 && data.stoppedNanos() >= 0);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void aTargetThatDoesNotCatchTheSignalListensFromItsStart(Path home) throws Exception {
        try (Child child = idle(home, "-Xrs")) {
            assertFalse(Target.of(Path.of("/proc"), child.pid()).catchesQuit());
            Run run = memory("histogram", Long.toString(child.pid()));
            assertEquals(Exit.OK, run.status, run.err);
            child.checkUnharmed();
            // and once its socket is gone, to the signal that would kill it, it is left alone
            Files.delete(Path.of("/tmp/.java_pid" + child.pid()));
            Run gone = memory("histogram", Long.toString(child.pid()));
            assertEquals(Exit.NO_ATTACH, gone.status);
            assertTrue(gone.err.contains("would kill it"), gone.err);
            child.checkUnharmed();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theClassThatLeaksIsTheFirstOfTheApplication(Path home) throws Exception {
        try (Child child = Child.start(home, Leaking.class, List.of("-Xmn8m", "-XX:+UseG1GC"))) {
            Run run = memory(
                    "diff",
                    Long.toString(child.pid()),
                    "--snapshots",
                    "6",
                    "--every",
                    "250ms",
                    "--wait",
                    "5s",
                    "--top",
                    "5");
            String first = run.out.lines().skip(1).findFirst().orElse("");
            assertTrue(first.contains(Leaking.Record.class.getName()), run.out + run.err);
            assertTrue(first.contains(" 5/5 "), run.out);
            assertEquals(Exit.FINDING, run.status, run.out + run.err);
            child.checkUnharmed();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void whatGrowsFailsAndWhatDoesNotPasses(Path home) throws Exception {
        List<String> fast = List.of("--readings", "14", "--duration", "2s", "--max-pause", "1m");
        // so much that it stands out from the noise within two seconds
        List<String> fifty = List.of("-Dleak.times=50", "-Xmx256m", "-XX:+UseG1GC");
        try (Child leaking = Child.start(home, Leaking.class, fifty)) {
            Run run = verifyStable(leaking, "5", fast);
            assertEquals(Exit.FINDING, run.status, run.out + run.err);
            assertTrue(run.out.contains("FAIL: "), run.out);
            assertTrue(run.out.contains("14 of 14: "), run.out);
        }
        try (Child idle = idle(home, "-XX:+UseG1GC")) {
            Run run = verifyStable(idle, "1000000", fast);
            assertEquals(Exit.OK, run.status, run.out + run.err);
            assertTrue(run.out.contains("PASS: "), run.out);
        }
    }

    private static Run verifyStable(Child child, String target, List<String> options) {
        List<String> all =
                new java.util.ArrayList<>(List.of("verify-stable", Long.toString(child.pid()), "--target", target));
        all.addAll(options);
        return memory(all.toArray(new String[0]));
    }

    @org.junit.jupiter.api.Test
    void whatIsNoJvmIsLeftAlone() throws Exception {
        try (Child child = Child.start(List.of("/bin/sh", "-c", "echo ready; read line"), true)) {
            Run run = memory("histogram", Long.toString(child.pid()));
            assertEquals(Exit.NO_ATTACH, run.status);
            assertTrue(run.err.contains("is no JVM"), run.err);
            child.checkUnharmed();
        }
    }

    @org.junit.jupiter.api.Test
    void aProcessThatHasEndedIsNone() throws Exception {
        Child child = Child.start(List.of("/bin/sh", "-c", "echo ready; read line"), true);
        Target target = Target.of(Path.of("/proc"), child.pid());
        assertTrue(target.isSame());
        child.close();
        assertFalse(target.isSame());
        assertThrows(CliException.class, target::checkSame);
        Run run = memory("histogram", Long.toString(child.pid()));
        assertEquals(Exit.NO_ATTACH, run.status);
        assertTrue(run.err.contains("there is no process"), run.err);
    }

    @org.junit.jupiter.api.Test
    void readsItsOwnPerformanceData() throws Exception {
        Target own = Target.of(Path.of("/proc"), ProcessHandle.current().pid());
        assertTrue(own.maps().orElseThrow().contains("/libjvm.so"));
        if (Files.exists(Path.of("/tmp", "hsperfdata_" + System.getProperty("user.name")))) {
            PerfData data = PerfData.of(own).orElseThrow();
            assertTrue(data.size() > 50);
            assertTrue(data.text("java.property.java.home").equals(System.getProperty("java.home")));
        }
    }
}
