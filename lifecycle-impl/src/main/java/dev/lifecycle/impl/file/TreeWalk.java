package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.impl.file.Entry.Passed;
import dev.lifecycle.spi.TreeProcessorConfig;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The entries of a tree in order, depth first, siblings as {@link Names} has them; from the beginning, or after any place. */
final class TreeWalk {
    /*
     * Belongs to one thread. `levels` are the directories from the root to where it stands, the innermost first; `kept` is how many names they keep together, never more
     * than config.maxNames(). No directory is open between two calls, and one within them.
     */
    private final TreeProcessorConfig config;
    private final Path root;
    private final BooleanSupplier isEnding;
    private final Scarcity scarcity;
    private final Filters filters;
    private final Links links;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final @Nullable Path after;
    private boolean begun;
    private int kept;
    private long directories; // these three since the last entry
    private long filtered;
    private long notFollowed;

    /** A directory on the way. */
    private static final class Level {
        final Path directory;
        final String prefix; // of what is in it, relative to the root; empty where nobody looks at paths
        final @Nullable Object key;
        final boolean isLink;
        final Names names;
        boolean counted;

        Level(Path directory, String prefix, @Nullable Object key, boolean isLink, @Nullable Path after) {
            this.directory = directory;
            this.isLink = isLink;
            this.prefix = prefix;
            this.key = key;
            names = new Names(directory, after);
            counted = after != null; // whoever was there before has counted it
        }
    }

    /** What comes after {@code after}, which is relative to the root; null for all. Nothing, once {@code isEnding}. */
    TreeWalk(TreeProcessorConfig config, Path root, @Nullable Path after, BooleanSupplier isEnding) {
        this.config = config;
        this.isEnding = isEnding;
        this.root = root;
        this.after = after;
        scarcity = new Scarcity(config.timeSource(), isEnding);
        filters = new Filters(config);
        links = new Links(root);
    }

    /** Returns the next entry; null at the end. One with the path of the root says that the tree cannot be walked. */
    @Nullable
    Entry next() {
        if (!begun) {
            begun = true;
            Entry fault = begin();
            if (fault != null) {
                return fault;
            }
        }
        while (!levels.isEmpty() && !isEnding.getAsBoolean()) {
            Level level = levels.element();
            Path name;
            try {
                name = nextName(level);
            } catch (IOException | RuntimeException failed) {
                leave();
                return failed(level.directory, failed);
            }
            if (name == null) {
                leave();
                continue;
            }
            Entry entry = look(level, name);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** What was met since the last entry; it is counted once. */
    Passed takePassed() {
        if (directories == 0 && filtered == 0 && notFollowed == 0) {
            return Passed.NOTHING;
        }
        Passed passed = new Passed(directories, filtered, notFollowed);
        directories = 0;
        filtered = 0;
        notFollowed = 0;
        return passed;
    }

    // ---- where it begins

    private @Nullable Entry begin() {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(root, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                throw new NotDirectoryException(root.toString());
            }
        } catch (IOException | RuntimeException failed) {
            return failed(root, failed);
        }
        levels.push(new Level(root, "", attributes.fileKey(), true, after == null ? null : after.getName(0)));
        for (int i = 1; after != null && i < after.getNameCount(); i++) {
            if (!goBack(after.getName(i - 1), after.getName(i))) {
                break;
            }
        }
        return null;
    }

    /** Enters a directory that the walk before has entered, to go on after {@code last}; returns false if there is no such directory any more. */
    private boolean goBack(Path name, Path last) {
        Level level = levels.element();
        Path directory = level.directory.resolve(name);
        try {
            BasicFileAttributes attributes = attributes(directory);
            boolean isLink = attributes.isSymbolicLink();
            if (isLink && config.followLinks()) {
                attributes = Files.readAttributes(directory, BasicFileAttributes.class);
                if (leavesRoot(directory) || isAbove(directory, attributes)) {
                    return false; // it was none then
                }
            }
            if (!attributes.isDirectory()) {
                return false;
            }
            levels.push(new Level(directory, prefix(level, name), attributes.fileKey(), isLink, last));
            return true;
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    // ---- names

    private @Nullable Path nextName(Level level) throws IOException {
        if (level.names.isSpent()) {
            read(level);
            if (!level.counted) {
                level.counted = true;
                directories++;
            }
        }
        Path name = level.names.next();
        if (name != null) {
            kept--;
        }
        return name;
    }

    /** Keeps as many names as there is room for, at the cost of outer directories if that is little: those are read again. */
    private void read(Level level) throws IOException {
        int least = Math.max(1, config.maxNames() / 16);
        Iterator<Level> outer = levels.descendingIterator();
        while (true) {
            int room = room();
            if (room > 0) {
                boolean all = list(level, room);
                kept += level.names.kept();
                if (all || room >= least) {
                    return;
                }
                forget(level);
            }
            while (room() < least && outer.hasNext()) {
                forget(outer.next());
            }
        }
    }

    private boolean list(Level level, int room) throws IOException {
        boolean all;
        try {
            all = level.names.read(room, isEnding);
        } catch (IOException failed) {
            if (!scarcity.isOver(failed)) {
                throw failed;
            }
            all = level.names.read(room, isEnding);
        }
        BasicFileAttributes now = level.isLink
                ? Files.readAttributes(level.directory, BasicFileAttributes.class)
                : attributes(level.directory);
        if (!now.isDirectory() || !Objects.equals(level.key, now.fileKey())) {
            level.names.forget();
            throw new SwappedException(level.directory);
        }
        return all;
    }

    /** A directory is another one than that which was entered: it may be out of the root. */
    private static final class SwappedException extends FileSystemException {
        private static final long serialVersionUID = 1L;

        SwappedException(Path directory) {
            super(directory.toString(), null, "another directory, or a link, has taken its place");
        }
    }

    /** Less than there is, so that the next directory has some. */
    private int room() {
        return (int) ((config.maxNames() - kept) * 3L / 4);
    }

    private void forget(Level level) {
        kept -= level.names.kept();
        level.names.forget();
    }

    private void leave() {
        forget(levels.pop());
    }

    // ---- entries

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private String prefix(Level level, Path name) {
        return filters.havePatterns() ? level.prefix + name + "/" : "";
    }

    /** Returns null for what is counted only, and for a directory, which is entered. */
    private @Nullable Entry look(Level level, Path name) {
        Path path = level.directory.resolve(name);
        String relative = filters.havePatterns() ? relative(level, name) : "";
        if (filters.havePatterns() && filters.excludes(relative)) {
            filtered++;
            return null;
        }
        try {
            BasicFileAttributes attributes = attributes(path);
            if (!attributes.isSymbolicLink()) {
                return look(level, path, relative, name, attributes, false);
            }
            if (!config.followLinks()) {
                notFollowed++;
                return null;
            }
            return follow(level, path, relative, name);
        } catch (IOException | RuntimeException failed) {
            return failed(path, failed);
        }
    }

    private String relative(Level level, Path name) {
        String text = level.prefix + name;
        return "/".equals(root.getFileSystem().getSeparator()) ? text : text.replace('\\', '/');
    }

    private @Nullable Entry follow(Level level, Path path, String relative, Path name) throws IOException {
        BasicFileAttributes target;
        try {
            target = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException failed) {
            if (Links.isCircle(path, failed)) {
                return fault(path, Outcome.SKIPPED, Reason.LINK_LOOP, null);
            }
            throw failed;
        }
        if (leavesRoot(path)) {
            return fault(path, Outcome.SKIPPED, Reason.LEAVES_ROOT, null);
        }
        if (target.isDirectory() && isAbove(path, target)) {
            return fault(path, Outcome.SKIPPED, Reason.LINK_LOOP, null);
        }
        return look(level, path, relative, name, target, true);
    }

    private boolean leavesRoot(Path link) throws IOException {
        return !config.allowEscape() && links.leavesRoot(link);
    }

    /** Whether it stands in that directory. */
    private boolean isAbove(Path directory, BasicFileAttributes attributes) throws IOException {
        for (Level each : levels) {
            if (Links.isSame(attributes.fileKey(), directory, each.key, each.directory)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Entry look(
            Level level, Path path, String relative, Path name, BasicFileAttributes found, boolean isLink) {
        if (found.isDirectory()) {
            if (levels.size() >= config.maxDepth()) {
                return fault(path, Outcome.FAILED, Reason.DEPTH, null);
            }
            levels.push(new Level(path, prefix(level, name), found.fileKey(), isLink, null));
            return null;
        }
        if (!filters.includes(relative)) {
            filtered++;
            return null;
        }
        if (!found.isRegularFile()) {
            return fault(path, Outcome.SKIPPED, Reason.SPECIAL_FILE, null);
        }
        try {
            if (!filters.accepts(path, found.size())) {
                filtered++;
                return null;
            }
        } catch (Throwable ofUser) {
            if (ofUser instanceof VirtualMachineError failure && !(ofUser instanceof StackOverflowError)) {
                throw failure;
            }
            return fault(path, Outcome.FAILED, Reason.HANDLER, ofUser);
        }
        return Entry.file(path, found, isLink, takePassed());
    }

    private Entry failed(Path path, Exception failed) {
        Reason reason = failed instanceof NoSuchFileException || failed instanceof NotDirectoryException
                ? Reason.VANISHED
                : failed instanceof AccessDeniedException
                        ? Reason.ACCESS
                        : failed instanceof SwappedException ? Reason.CHANGED : Reason.IO;
        return fault(path, Outcome.FAILED, reason, failed);
    }

    private Entry fault(Path path, Outcome outcome, Reason reason, @Nullable Throwable thrown) {
        return Entry.fault(path, outcome, reason, thrown, takePassed());
    }

    /** What holds between two calls; for tests. */
    boolean invariantsHold() {
        int sum = 0;
        for (Level each : levels) {
            if (!each.names.invariantsHold()) {
                return false;
            }
            sum += each.names.kept();
        }
        return sum == kept && kept <= config.maxNames();
    }
}
