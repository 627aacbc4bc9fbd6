package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.spi.MemorySupport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is known of a process's memory, as one HTML file that can be mailed: charts, findings, classes and the ownership tree.
 *
 * <p>The file needs no network and has no script; it follows the reader's choice of light or dark, and is at most 300 KB: of charts the least and the greatest of each stretch are drawn, and
 * of long tables and trees the beginning. Names are escaped, whoever gave them.
 *
 * <p>Immutable, so for any thread.
 */
public final class MemoryReport {
    private final String title;
    private final Instant at;
    private final List<Fact> facts;
    private final List<ReportChart> charts;
    private final List<LeakFinding> findings;
    private final Optional<HeapHistogram> classes;
    private final Optional<HistogramDiff> growth;
    private final List<Snapshot> tree;

    /**
     * Something about the process that is one line.
     *
     * @param name what it is, see {@link Names#check}
     * @param value any text
     */
    public record Fact(String name, String value) {

        /**
         * Checks the name.
         *
         * @throws IllegalArgumentException if {@code name} cannot be printed on one line
         */
        public Fact {
            Names.check(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    MemoryReport(MemoryReportBuilder from) {
        title = from.title;
        at = from.at;
        facts = List.copyOf(from.facts);
        charts = List.copyOf(from.charts);
        findings = List.copyOf(from.findings);
        classes = Optional.ofNullable(from.classes);
        growth = Optional.ofNullable(from.growth);
        tree = List.copyOf(from.tree);
    }

    /**
     * Starts a report.
     *
     * @param title its first line, see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code title} cannot be printed on one line
     */
    public static MemoryReportBuilder builder(String title) {
        return new MemoryReportBuilder(title);
    }

    /**
     * Writes it to a file beside {@code file} first, which then takes its place: who reads meanwhile sees the old one or the new one.
     *
     * @param file replaced if it is there
     * @throws IOException if it cannot be written; then {@code file} is as it was
     */
    public void write(Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + "."
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36) + ".part");
        String html = html();
        try {
            Files.writeString(part, html, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            try {
                Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException slowly) {
                Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Prints it.
     *
     * @return a page in UTF-8, at most 300 KB
     */
    public String html() {
        return Lifecycle.provider().part(MemorySupport.class).html(this);
    }

    /**
     * Returns its first line.
     *
     * @return the title
     */
    public String title() {
        return title;
    }

    /**
     * Returns when it was made.
     *
     * @return the moment
     */
    public Instant at() {
        return at;
    }

    /**
     * Returns what is said in a line each.
     *
     * @return in the order in which they were added
     */
    public List<Fact> facts() {
        return facts;
    }

    /**
     * Returns the charts.
     *
     * @return in the order in which they were added
     */
    public List<ReportChart> charts() {
        return charts;
    }

    /**
     * Returns the findings.
     *
     * @return in the order in which they were added
     */
    public List<LeakFinding> findings() {
        return findings;
    }

    /**
     * Returns what the heap consists of.
     *
     * @return empty if it was not given
     */
    public Optional<HeapHistogram> classes() {
        return classes;
    }

    /**
     * Returns which classes grow.
     *
     * @return empty if it was not given
     */
    public Optional<HistogramDiff> growth() {
        return growth;
    }

    /**
     * Returns the tree of ownership.
     *
     * @return the roots; empty if it was not given
     */
    public List<Snapshot> tree() {
        return tree;
    }

    /** Returns the title. */
    @Override
    public String toString() {
        return title;
    }
}
