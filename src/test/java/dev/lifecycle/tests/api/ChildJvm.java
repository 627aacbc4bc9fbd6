package dev.lifecycle.tests.api;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs programs in processes of their own. */
public final class ChildJvm {
    private static final long LIMIT_SECONDS = 60;

    private ChildJvm() {}

    /**
     * How a process ended.
     *
     * @param exit its status
     * @param output both streams
     */
    public record Result(int exit, String output) {
        /** Returns the lines, or fails with the output unless the status is {@code expected}. */
        public List<String> lines(int expected) {
            if (exit != expected) {
                throw new AssertionError("exit status " + exit + " instead of " + expected + ":\n" + output);
            }
            return output.lines().toList();
        }
    }

    /** Runs {@code java} of this JVM. */
    public static Result java(String... arguments) throws IOException, InterruptedException {
        return java(Path.of(System.getProperty("java.home")), arguments);
    }

    /** Runs {@code java} of an image. */
    public static Result java(Path home, String... arguments) throws IOException, InterruptedException {
        return run(tool(home, "java"), arguments);
    }

    /** Returns a command of a JDK. */
    public static Path tool(Path home, String name) {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return home.resolve("bin").resolve(windows ? name + ".exe" : name);
    }

    /** Runs a program to its end. */
    public static Result run(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("child", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("not within " + LIMIT_SECONDS + " s: " + command + "\n" + read(output));
                }
                return new Result(process.exitValue(), read(output));
            } finally {
                process.destroyForcibly().waitFor();
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String read(Path output) throws IOException {
        // options from the environment are none of the program's words
        return Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("Picked up "))
                .collect(Collectors.joining("\n"));
    }

    /** Returns the jar or the folder of classes that {@code type} was loaded from. */
    public static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(type + " is at no place of the file system", e);
        }
    }

    /** Joins entries of a class path or module path. */
    public static String path(Path... entries) {
        return List.of(entries).stream()
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }
}
