package dev.lifecycle.impl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that is but a directory like those of {@code /proc}, and a socket. */
final class FakeTarget implements AutoCloseable {
    static final long PID = 4711;
    final Path proc;
    final Path own;
    final List<Long> signalled = new ArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<java.io.Closeable> open = new ArrayList<>();
    private Runnable onSignal = () -> {};

    FakeTarget(Path proc) throws IOException {
        this.proc = proc;
        this.own = proc.resolve(Long.toString(PID));
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(own.resolve("root").resolve("tmp"));
        Files.createDirectories(own.resolve("cwd"));
        start(1000);
        status(user(), "0000000181005ccf", Long.toString(PID));
        Files.writeString(own.resolve("maps"), "7f00-7f01 r-xp 00000000 08:01 99 /jdk/lib/server/libjvm.so\n");
        Files.writeString(own.resolve("cmdline"), "java\0-Xmx1g\0Main\0");
    }

    int user() throws IOException {
        return (Integer) Files.getAttribute(proc, "unix:uid");
    }

    void start(long ticks) throws IOException {
        Files.writeString(
                own.resolve("stat"), PID + " (a ) (b) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 9 0 " + ticks + " 1 1 1\n");
    }

    void status(int user, String caught, String namespaces) throws IOException {
        Files.writeString(
                own.resolve("status"),
                "Name:\tjava\nTgid:\t" + PID + "\nPid:\t" + PID + "\nUid:\t" + user + "\t" + user + "\t" + user + "\t"
                        + user + "\nNSpid:\t" + namespaces + "\nSigCgt:\t" + caught + "\n");
    }

    Path socket() {
        return own.resolve("root").resolve("tmp").resolve(".java_pid" + PID);
    }

    ServerSocketChannel listen() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        open.add(server);
        return server;
    }

    void onSignal(Runnable action) {
        onSignal = action;
    }

    World world() {
        return new World(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                proc,
                pid -> {
                    signalled.add(pid);
                    onSignal.run();
                },
                dev.lifecycle.time.TimeSource.system());
    }

    @Override
    public void close() throws IOException {
        for (java.io.Closeable each : open) {
            each.close();
        }
    }
}
