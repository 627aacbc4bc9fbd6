package dev.lifecycle.impl.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory in order, so many at a time: those that come next are kept, and it is read again for those after them. So a directory of a million names needs no more memory
 * than one of some thousands, but is read once for each of so many. It is never open between two calls.
 *
 * <p>Several passes with a bounded queue, as the log cleaner of Apache Storm has it.
 */
final class Names {
    /** A total order also where {@code compareTo} of a file system does not regard case. */
    static final Comparator<Path> ORDER = Comparator.<Path>naturalOrder().thenComparing(Path::toString);

    private static final int LOOK = 1_000; // names

    private final Path directory;
    private List<Path> names = List.of(); // in order, of which `next` were handed out; none is at or before `last`
    private int next;
    private @Nullable Path last; // that was handed out, or is not to be; null before the first
    private boolean more = true; // there may be others after those that are kept
    private @Nullable IOException failure; // that ended the reading early; told after those names that were read

    /** Of those after {@code after}, null for all. */
    Names(Path directory, @Nullable Path after) {
        this.directory = directory;
        last = after;
    }

    /** Whether the directory must be read for the next one. */
    boolean isSpent() {
        return next == names.size() && more;
    }

    /** Returns the next one that is kept; null if there is none any more. Not while it {@link #isSpent}. */
    @Nullable
    Path next() throws IOException {
        if (next == names.size()) {
            IOException failed = failure;
            if (failed != null) {
                failure = null;
                throw failed;
            }
            return null;
        }
        Path name = names.set(next, null);
        next++;
        last = name;
        return name;
    }

    /** How many are kept. */
    int kept() {
        return names.size() - next;
    }

    /** Keeps none any more: the directory is read again for them. */
    void forget() {
        if (kept() > 0) {
            more = true;
            failure = null; // it may come again
        }
        names = List.of();
        next = 0;
    }

    /** Reads the directory, and keeps {@code most} of those that come next; returns whether these are all. Not to the end, once {@code isEnding}. */
    boolean read(int most, BooleanSupplier isEnding) throws IOException {
        failure = null;
        long looks = 0;
        List<Path> few = new ArrayList<>();
        PriorityQueue<Path> smallest = null; // once there are too many: the largest of those that are kept is its head
        boolean left = false;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path each : all) {
                if (++looks % LOOK == 0 && isEnding.getAsBoolean()) {
                    break; // nobody wants to know any more
                }
                Path name = each.getFileName();
                if (last != null && ORDER.compare(name, last) <= 0) {
                    continue;
                }
                if (smallest == null && few.size() < most) {
                    few.add(name);
                    continue;
                }
                left = true;
                if (smallest == null) {
                    smallest = new PriorityQueue<>(Math.max(1, most), Collections.reverseOrder(ORDER));
                    smallest.addAll(few);
                    few = List.of();
                }
                if (ORDER.compare(name, smallest.element()) < 0) {
                    smallest.remove();
                    smallest.add(name);
                }
            }
        } catch (DirectoryIteratorException failed) {
            failure = failed.getCause(); // those that are left were listed, and come first
        }
        List<Path> sorted = smallest == null ? few : new ArrayList<>(smallest);
        sorted.sort(ORDER);
        names = sorted;
        next = 0;
        more = left;
        return !left;
    }

    /** What holds between two calls; for tests. */
    boolean invariantsHold() {
        for (int i = next; i < names.size(); i++) {
            Path before = i == next ? last : names.get(i - 1);
            if (before != null && ORDER.compare(before, names.get(i)) >= 0) {
                return false;
            }
        }
        return next <= names.size();
    }
}
