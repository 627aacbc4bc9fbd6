package dev.lifecycle.lab;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files the services work on: real ones, of the tree that was named.
 *
 * @param root the tree
 * @param files at most {@value #MAX_FILES}, none empty
 * @param bytes the size of all of them
 */
record Input(Path root, List<Path> files, long bytes) {
    static final int MAX_FILES = 2_000;
    private static final long MAX_BYTES = 1 << 20; // a larger file says nothing more, and takes long
    private static final Set<String> SKIPPED = Set.of(".git", "target", "node_modules");

    /** Walks {@code root}, without following links. */
    static Input of(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("--dir is " + root + ", which is "
                    + (Files.exists(root) ? "not a directory" : "not there") + "; name a directory with files in it");
        }
        List<Path> files = new ArrayList<>();
        long[] bytes = {0};
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                boolean skip =
                        !dir.equals(root) && SKIPPED.contains(dir.getFileName().toString());
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && attributes.size() > 0
                        && attributes.size() <= MAX_BYTES
                        && Files.isReadable(file)) {
                    files.add(file);
                    bytes[0] += attributes.size();
                }
                return files.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        });
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "--dir is " + root
                            + ", which has no readable file of 1 byte to 1 MiB outside .git, target and node_modules; name another");
        }
        files.sort(null); // the same request means the same file in both variants
        return new Input(root, List.copyOf(files), bytes[0]);
    }

    Path file(long request) {
        return files.get((int) Long.remainderUnsigned(request, files.size()));
    }
}
