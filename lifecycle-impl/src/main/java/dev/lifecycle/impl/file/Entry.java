package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileFailure;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a walk has found.
 *
 * @param path below the root
 * @param attributes of a file that is to be handed over; null for what cannot be, or must not
 * @param isLink whether the file is the target of a link
 * @param fault what became of any other entry; null for a file
 * @param passed what was met since the entry before
 */
record Entry(
        Path path,
        @Nullable BasicFileAttributes attributes,
        boolean isLink,
        @Nullable FileResult fault,
        Passed passed) {

    /** What is counted and not listed. */
    record Passed(long directories, long filtered, long links) {
        static final Passed NOTHING = new Passed(0, 0, 0);
    }

    static Entry file(Path path, BasicFileAttributes attributes, boolean isLink, Passed passed) {
        return new Entry(path, attributes, isLink, null, passed);
    }

    static Entry fault(Path path, Outcome outcome, Reason reason, @Nullable Throwable thrown, Passed passed) {
        FileFailure failure = thrown == null ? null : FileFailure.of(thrown);
        return new Entry(path, null, false, result(path, outcome, reason, failure), passed);
    }

    private static FileResult result(Path path, Outcome outcome, Reason reason, @Nullable FileFailure failure) {
        return new FileResult(path.toString(), outcome, reason, 0, -1, 0, 0, 0, -1, Duration.ZERO, failure);
    }

    boolean isFile() {
        return attributes != null;
    }

    /** As the file system says. */
    long size() {
        return attributes == null ? 0 : attributes.size();
    }
}
