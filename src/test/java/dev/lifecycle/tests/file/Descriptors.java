package dev.lifecycle.tests.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The files this process holds open, where the operating system tells. */
final class Descriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Those below {@code dir}, also those that were deleted. */
    static List<String> below(Path dir) {
        Assumptions.assumeTrue(Files.isDirectory(OPEN), "no /proc/self/fd here");
        List<String> below = new ArrayList<>();
        for (Path each : all()) {
            try {
                String target = Files.readSymbolicLink(each).toString();
                if (target.startsWith(dir.toRealPath() + "/")) {
                    below.add(target);
                }
            } catch (IOException closedMeanwhile) {
                continue; // the one that lists them, above all
            }
        }
        return below;
    }

    /** All, of whatever kind. */
    static int count() {
        Assumptions.assumeTrue(Files.isDirectory(OPEN), "no /proc/self/fd here");
        return all().size();
    }

    private static List<Path> all() {
        try (Stream<Path> open = Files.list(OPEN)) {
            return open.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
