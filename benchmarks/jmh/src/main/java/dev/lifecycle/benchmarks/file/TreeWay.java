package dev.lifecycle.benchmarks.file;

import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.TreeProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How to read all files of a tree. */
public enum TreeWay {
    /** Ours as it comes: in order, with a report, and whether a file changed meanwhile. */
    TREE,
    /** Ours, without looking whether files change. */
    TREE_UNCHECKED,
    /** Ours with two threads. */
    TREE_TWO_THREADS,
    /** {@link Files#walk} and {@link Files#readAllBytes}. */
    WALK_READ_ALL,
    /** {@link Files#walk} alone. */
    WALK,
    /** {@code tar c | wc -c}, with the time to begin processes. */
    TAR;

    /** Something that can be run again and again. */
    interface Reading extends AutoCloseable {
        long run(Path root) throws Exception;

        @Override
        default void close() {}
    }

    Reading open() {
        return switch (this) {
            case TREE -> new Ours(ChangePolicy.ACCEPT_AND_MARK, 1);
            case TREE_UNCHECKED -> new Ours(ChangePolicy.UNCHECKED, 1);
            case TREE_TWO_THREADS -> new Ours(ChangePolicy.ACCEPT_AND_MARK, 2);
            case WALK_READ_ALL -> root -> walk(root, true);
            case WALK -> root -> walk(root, false);
            case TAR -> TreeWay::tar;
        };
    }

    private static final class Ours implements Reading {
        private final FileProcessor files;
        private final TreeProcessor tree;
        private final LongAdder sum = new LongAdder();

        Ours(ChangePolicy onChange, int threads) {
            files = FileProcessor.builder("benchmark").onChange(onChange).open();
            tree = TreeProcessor.builder("benchmark", files)
                    .parallelism(threads)
                    .open();
        }

        @Override
        public long run(Path root) {
            sum.reset();
            ProcessingReport report = tree.process(root, (file, context) -> {
                file.forEachChunk(chunk -> sum.add(chunk.length()));
                return null;
            });
            if (!report.ok() || report.bytes() != sum.sum()) {
                throw new IllegalStateException(report.toText());
            }
            return report.bytes();
        }

        @Override
        public void close() {
            tree.close();
            files.close();
        }
    }

    private static long walk(Path root, boolean reads) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> reads ? length(file) : 1)
                    .sum();
        }
    }

    private static long length(Path file) {
        try {
            return Files.readAllBytes(file).length;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long tar(Path root) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", "tar c . | wc -c")
                .directory(root.toFile())
                .start();
        long bytes =
                Long.parseLong(new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        if (process.waitFor() != 0) {
            throw new IOException("tar failed");
        }
        return bytes;
    }
}
