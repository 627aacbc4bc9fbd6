package dev.lifecycle.impl.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where symbolic links lead. */
final class Links {
    private static final int MOST_HOPS = 40; // as Linux has it

    private final Path root;
    private @Nullable Path realRoot; // once it was asked for

    Links(Path root) {
        this.root = root;
    }

    /** Whether the target of {@code link}, which is there, is outside of the root. */
    boolean leavesRoot(Path link) throws IOException {
        Path real = realRoot;
        if (real == null) {
            real = root.toRealPath();
            realRoot = real;
        }
        return !link.toRealPath().startsWith(real);
    }

    /** Whether {@code link} leads to itself, which is why {@code failed} was thrown when it was followed. */
    static boolean isCircle(Path link, IOException failed) {
        if (!(failed instanceof FileSystemException)
                || failed instanceof NoSuchFileException
                || failed instanceof AccessDeniedException) {
            return false;
        }
        Path at = link;
        try {
            for (int hops = 0; hops < MOST_HOPS; hops++) {
                if (!Files.isSymbolicLink(at)) {
                    return false;
                }
                at = at.resolveSibling(Files.readSymbolicLink(at));
            }
            return true;
        } catch (IOException | RuntimeException unreadable) {
            return false;
        }
    }

    /** Whether two directories are the same, by their keys where there are any. */
    static boolean isSame(@Nullable Object key, Path path, @Nullable Object otherKey, Path other) throws IOException {
        return key != null && otherKey != null ? key.equals(otherKey) : Files.isSameFile(path, other);
    }
}
