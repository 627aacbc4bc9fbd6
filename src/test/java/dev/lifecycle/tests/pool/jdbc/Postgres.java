package dev.lifecycle.tests.pool.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own: unpacked from the class path into a temporary folder, on a free port of this machine, and gone when it is closed. Where the
 * tests are run by root, which PostgreSQL refuses, it runs as {@code nobody}.
 */
final class Postgres implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    /** How a server is stopped: what is under way is rolled back, or all processes are killed. */
    enum Stop {
        FAST,
        IMMEDIATE
    }

    private final Path folder = Files.createTempDirectory("postgres");
    private final Path data = folder.resolve("data");
    private final boolean root = "root".equals(System.getProperty("user.name"));
    private final int port;
    private final Thread hook =
            new Thread(this::closeAtTheEnd, "stop postgres"); // the server would outlive this process

    /** Installs and starts it. */
    Postgres() throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            unpack();
            if (root) {
                run(List.of("chown", "-R", "nobody", folder.toString()));
            }
            command("initdb", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
            Files.writeString(data.resolve("postgresql.conf"), """
                    port = %d
                    listen_addresses = '127.0.0.1'
                    unix_socket_directories = ''
                    max_connections = 50
                    fsync = off
                    """.formatted(port), StandardOpenOption.APPEND);
            start();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=test";
    }

    void start() throws IOException, InterruptedException {
        command("pg_ctl", "-w", "-t", "60", "-l", folder.resolve("server.log").toString(), "start");
    }

    void stop(Stop how) throws IOException, InterruptedException {
        command("pg_ctl", "-w", "-m", how.name().toLowerCase(Locale.ROOT), "stop");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Runtime.getRuntime().removeShutdownHook(hook);
        end();
    }

    private void closeAtTheEnd() {
        try {
            end();
        } catch (IOException | InterruptedException e) {
            e.printStackTrace();
        }
    }

    private void end() throws IOException, InterruptedException {
        try {
            if (Files.exists(data.resolve("postmaster.pid"))) {
                stop(Stop.IMMEDIATE);
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    // ---- its programs

    private void command(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("bin").resolve(program).toString());
        command.add("-D");
        command.add(data.toString());
        command.addAll(List.of(arguments));
        run(
                root
                        ? List.of(
                                "su",
                                "-s",
                                "/bin/sh",
                                "nobody",
                                "-c",
                                command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ")))
                        : command);
    }

    /** Into a file: the server inherits it, and would keep a pipe open. */
    private void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("postgres", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed:\n" + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    // ---- the archive

    private static String archive() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + system + "-" + machine + ".txz";
    }

    private void unpack() throws IOException {
        try (InputStream packed = ClassLoader.getSystemResourceAsStream(archive())) {
            if (packed == null) {
                throw new IOException("no " + archive() + " on the class path; run with -Ppostgres, and"
                        + " -Dpostgres.platform where that is not linux-amd64");
            }
            try (InputStream tar = decompressed(packed)) {
                while (unpackNext(tar)) {
                    // all there is
                }
            }
        }
    }

    /** By reflection: the library is there with the profile only. */
    private static InputStream decompressed(InputStream packed) throws IOException {
        try {
            return (InputStream) Class.forName("org.tukaani.xz.XZInputStream")
                    .getConstructor(InputStream.class)
                    .newInstance(packed);
        } catch (ReflectiveOperationException e) {
            throw new IOException("no org.tukaani.xz on the class path; run with -Ppostgres", e);
        }
    }

    /** Unpacks a file, a folder or a link of an archive in the format ustar. */
    private boolean unpackNext(InputStream tar) throws IOException {
        byte[] header = tar.readNBytes(512);
        String name = text(header, 0, 100);
        if (header.length < 512 || name.isEmpty()) {
            return false;
        }
        String prefix = text(header, 345, 155);
        Path target =
                folder.resolve(prefix.isEmpty() ? name : prefix + "/" + name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("the archive leads out of its folder: " + name);
        }
        String size = text(header, 124, 12);
        int length = size.isEmpty() ? 0 : Integer.parseInt(size, 8);
        byte[] content = tar.readNBytes(length);
        tar.skipNBytes(-length & 511);
        switch (header[156]) {
            case '5' -> Files.createDirectories(target);
            case '2' -> {
                Files.createDirectories(target.getParent());
                Files.createSymbolicLink(target, Path.of(text(header, 157, 100)));
            }
            case '0', 0 -> {
                Files.createDirectories(target.getParent());
                Files.write(target, content);
                if ((Integer.parseInt(text(header, 100, 8), 8) & 0100) != 0
                        && !target.toFile().setExecutable(true, false)) {
                    throw new IOException(target + " cannot be made executable");
                }
            }
            default -> throw new IOException("the archive has a " + (char) header[156] + ": " + name);
        }
        return true;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, UTF_8).trim();
    }
}
