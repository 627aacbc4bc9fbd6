package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that waits until it is closed; all it prints goes into a file. */
final class Child implements AutoCloseable {
    final Process process;
    private final Path output;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static String classPath() {
        return System.getProperty("java.class.path").isEmpty()
                ? location(Child.class).toString()
                : location(Child.class) + java.io.File.pathSeparator + System.getProperty("java.class.path");
    }

    static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts a program, and returns once it has printed a line. */
    static Child start(Path home, Class<?> main, List<String> options, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin").resolve("java").toString()));
        command.addAll(List.of("-Xmx64m", "-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", location(Child.class).toString(), main.getName()));
        command.addAll(List.of(arguments));
        return start(command, true);
    }

    static Child start(List<String> command, boolean ready) throws IOException {
        Path output = Files.createTempFile("child", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Child child = new Child(process, output);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (ready && !child.output().contains("ready")) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                child.close();
                throw new AssertionError("not ready: " + command);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        return child;
    }

    long pid() {
        return process.pid();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    void checkUnharmed() throws IOException {
        assertEquals(true, process.isAlive(), "killed");
        assertEquals(false, output().contains("Full thread dump"), "made to print its threads");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(output);
    }
}
