package dev.lifecycle.tests.file;

import dev.lifecycle.file.Batch;
import dev.lifecycle.file.FileResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Trees of files for tests, and what a naive walk finds in them. */
final class Trees {
    private Trees() {}

    /** Makes a file with its own name as its content, and the directories it is in. */
    static Path file(Path root, String relative) {
        return file(root, relative, relative);
    }

    static Path file(Path root, String relative, String content) {
        try {
            Path file = root.resolve(relative);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes some: {@code f000} and so on. */
    static List<String> files(Path root, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = String.format("f%03d", i);
            file(root, name);
            names.add(name);
        }
        return names;
    }

    /** All files, in the order of a tree, found by recursion over sorted lists; links are none. */
    static List<String> naive(Path root) {
        List<String> found = new ArrayList<>();
        collect(root, root, found);
        return found;
    }

    private static void collect(Path root, Path dir, List<String> found) {
        try (Stream<Path> list = Files.list(dir)) {
            for (Path each : list.sorted().toList()) {
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    collect(root, each, found);
                } else if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(root.relativize(each).toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> paths(Path root, Batch batch) {
        return paths(root, batch.results());
    }

    static List<String> paths(Path root, List<FileResult> results) {
        return results.stream()
                .map(result -> root.relativize(Path.of(result.path())).toString())
                .toList();
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
