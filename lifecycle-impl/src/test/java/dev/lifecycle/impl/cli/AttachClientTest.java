package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Against a target that is a script. */
@EnabledOnOs(OS.LINUX)
@Timeout(30)
class AttachClientTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path proc;

    private FakeTarget fake;

    @BeforeEach
    void setUp() throws IOException {
        fake = new FakeTarget(proc);
    }

    @AfterEach
    void tearDown() throws Exception {
        fake.close();
    }

    private String run(Duration timeout, String... command) throws CliException, InterruptedException {
        return new AttachClient(Target.of(proc, FakeTarget.PID), fake.world()).run(timeout, command);
    }

    private CliException refused(Duration timeout, String... command) {
        CliException e = assertThrows(CliException.class, () -> run(timeout, command));
        assertEquals(Exit.NO_ATTACH, e.status());
        return e;
    }

    /** What a script does with one connection. */
    private interface Script {
        void serve(SocketChannel client) throws IOException;
    }

    private CompletableFuture<Void> serve(ServerSocketChannel server, Script script) {
        return CompletableFuture.runAsync(() -> {
            try (SocketChannel client = server.accept()) {
                script.serve(client);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void write(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    private static String request(SocketChannel client) throws IOException {
        StringBuilder request = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        for (int zeros = 0; zeros < 5; ) {
            one.clear();
            if (client.read(one) < 0) {
                break;
            }
            request.append((char) one.get(0));
            zeros += one.get(0) == 0 ? 1 : 0;
        }
        return request.toString();
    }

    /** Until the client closes. */
    private static void waitForEnd(SocketChannel client) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        while (client.read(one.clear()) >= 0) {
            // nothing more is sent
        }
    }

    @Test
    void sendsFiveWordsAndReadsToTheEnd() throws Exception {
        String[] seen = {""};
        CompletableFuture<Void> served = serve(fake.listen(), client -> {
            seen[0] = request(client);
            write(client, "0\nfirst\n");
            write(client, "x".repeat(300_000));
        });
        assertEquals("first\n" + "x".repeat(300_000), run(LONG, "inspectheap", "-all"));
        served.get(10, TimeUnit.SECONDS);
        assertEquals("1\0inspectheap\0-all\0\0\0", seen[0]);
        assertEquals(List.of(), fake.signalled, "somebody listens already");
    }

    @Test
    void wakesAListenerThatIsNotThereYet() throws Exception {
        Path trigger = fake.own.resolve("root").resolve("tmp").resolve(".attach_pid" + FakeTarget.PID);
        fake.onSignal(() -> {
            assertTrue(Files.exists(trigger));
            try {
                serve(fake.listen(), client -> {
                    request(client);
                    write(client, "0\nawake");
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertEquals("awake", run(LONG, "jcmd", "help"));
        assertEquals(List.of(FakeTarget.PID), fake.signalled);
        assertFalse(Files.exists(trigger));
    }

    @Test
    void aSocketThatNobodyListensAtIsNoListener() throws Exception {
        fake.listen().close(); // the file stays
        assertTrue(Files.exists(fake.socket()));
        fake.onSignal(() -> {
            try {
                Files.delete(fake.socket());
                serve(fake.listen(), client -> {
                    request(client);
                    write(client, "0\nawake");
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertEquals("awake", run(LONG, "jcmd", "help"));
        assertEquals(1, fake.signalled.size());
    }

    @Test
    void usesTheNumberThatTheContainerKnows() throws Exception {
        fake.status(fake.user(), "0000000181005ccf", FakeTarget.PID + "\t7");
        Path inner = fake.own.resolve("root").resolve("tmp").resolve(".java_pid7");
        ServerSocketChannel server = fake.listen();
        Files.move(fake.socket(), inner);
        serve(server, client -> {
            request(client);
            write(client, "0\nin the container");
        });
        assertEquals("in the container", run(LONG, "jcmd", "help"));
    }

    @Test
    void sendsNoSignalToWhatItWouldKill() throws Exception {
        fake.status(fake.user(), "0000000181005ccb", Long.toString(FakeTarget.PID)); // bit 2 is clear
        assertTrue(refused(LONG, "jcmd").getMessage().contains("-Xrs"));
        assertEquals(List.of(), fake.signalled);
    }

    @Test
    void sendsNoSignalToWhatIsNoJvm() throws Exception {
        Files.writeString(fake.own.resolve("maps"), "7f00-7f01 r-xp 00000000 08:01 99 /bin/bash\n");
        assertTrue(refused(LONG, "jcmd").getMessage().contains("is no JVM"));
        Files.writeString(fake.own.resolve("maps"), "/libjvm.so /libj9vm29.so\n");
        assertTrue(refused(LONG, "jcmd").getMessage().contains("OpenJ9"));
        assertEquals(List.of(), fake.signalled);
    }

    @Test
    void sendsNoSignalToWhatMayNotBeAttachedTo() throws Exception {
        Files.writeString(fake.own.resolve("cmdline"), "java\0-XX:+DisableAttachMechanism\0Main\0");
        assertTrue(refused(LONG, "jcmd").getMessage().contains("DisableAttachMechanism"));
        assertEquals(List.of(), fake.signalled);
    }

    @Test
    void sendsNoSignalToALaterProcessOfTheSameNumber() throws Exception {
        Target target = Target.of(proc, FakeTarget.PID);
        fake.start(2000);
        CliException e =
                assertThrows(CliException.class, () -> new AttachClient(target, fake.world()).run(LONG, "jcmd"));
        assertTrue(e.getMessage().contains("another one has its number"), e.getMessage());
        assertEquals(List.of(), fake.signalled);
        assertFalse(Files.exists(fake.own.resolve("root").resolve("tmp").resolve(".attach_pid" + FakeTarget.PID)));
    }

    @Test
    void doesNotTalkToASocketOfSomebodyElse() throws Exception {
        fake.listen();
        if (fake.user() == 0) {
            Files.setAttribute(fake.socket(), "unix:uid", 12345);
        } else {
            fake.status(12345, "0000000181005ccf", Long.toString(FakeTarget.PID));
        }
        assertTrue(refused(LONG, "jcmd").getMessage().contains("belongs to user"));
    }

    @Test
    void givesUpOnATargetThatDoesNotWake() {
        long start = System.nanoTime();
        assertTrue(refused(SHORT, "jcmd").getMessage().contains("within PT0.3S"));
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
        assertEquals(2, fake.signalled.size(), "asked again, half-way");
        assertFalse(Files.exists(fake.own.resolve("root").resolve("tmp").resolve(".attach_pid" + FakeTarget.PID)));
    }

    @Test
    void givesUpOnATargetThatDoesNotAnswerAndHangsUp() throws Exception {
        CompletableFuture<Void> served = serve(fake.listen(), client -> {
            request(client);
            waitForEnd(client);
        });
        assertTrue(refused(SHORT, "jcmd").getMessage().contains("has not answered"));
        served.get(5, TimeUnit.SECONDS);
    }

    @Test
    void givesUpInTheMiddleOfAReplyAndHangsUp() throws Exception {
        CompletableFuture<Void> served = serve(fake.listen(), client -> {
            request(client);
            write(client, "0\nhalf of");
            waitForEnd(client);
        });
        assertTrue(refused(SHORT, "jcmd").getMessage().contains("has not answered"));
        served.get(5, TimeUnit.SECONDS);
    }

    @Test
    void hangsUpOnAReplyWithoutEnd() throws Exception {
        CompletableFuture<Void> served = serve(fake.listen(), client -> {
            request(client);
            while (true) {
                write(client, "x".repeat(1 << 20));
            }
        });
        assertTrue(refused(LONG, "jcmd").getMessage().contains("longer than"));
        assertThrows(ExecutionException.class, () -> served.get(5, TimeUnit.SECONDS), "its pipe broke");
    }

    @Test
    void tellsWhatTheTargetRefused() throws Exception {
        for (String reply : List.of("101\n", "1\nno such command\u001b[1m\n", "", "garbage")) {
            ServerSocketChannel server = fake.listen();
            serve(server, client -> {
                request(client);
                write(client, reply);
            });
            String message = refused(LONG, "jcmd", "Nothing").getMessage();
            assertTrue(message.contains("refused \"jcmd\""), message);
            assertFalse(message.contains("\u001b"), message);
            server.close();
            Files.delete(fake.socket());
        }
    }

    @Test
    void anInterruptEndsTheWaiting() throws Exception {
        ServerSocketChannel server = fake.listen();
        CompletableFuture<Void> served = serve(server, client -> {
            request(client);
            waitForEnd(client);
        });
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> run(LONG, "jcmd"));
        assertFalse(Thread.interrupted());
        served.get(5, TimeUnit.SECONDS);
    }

    @Test
    void requestsAreFramed() {
        assertEquals("1\0a\0\0\0\0", new String(AttachClient.request("a"), StandardCharsets.UTF_8));
        assertEquals("1\0a\0b\0c\0d\0", new String(AttachClient.request("a", "b", "c", "d"), StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> AttachClient.request());
        assertThrows(IllegalArgumentException.class, () -> AttachClient.request("a", "b", "c", "d", "e"));
        assertThrows(IllegalArgumentException.class, () -> AttachClient.request("a", "b\0c"));
    }

    @Test
    void tellsThatThereIsNoSuchProcess() {
        assertTrue(assertThrows(CliException.class, () -> Target.of(proc, 5))
                .getMessage()
                .contains("no process 5"));
        assertTrue(assertThrows(CliException.class, () -> Target.of(proc.resolve("none"), 5))
                .getMessage()
                .contains("Linux"));
    }

    @Test
    void tellsAThreadFromItsProcess() throws Exception {
        Files.writeString(fake.own.resolve("status"), "Tgid:\t4000\nPid:\t4711\n");
        assertTrue(assertThrows(CliException.class, () -> Target.of(proc, FakeTarget.PID))
                .getMessage()
                .contains("give 4000"));
    }
}
