package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A small file of the kernel that is read again and again, and kept open: to read it anew costs about a microsecond and allocates nothing, to open it anew ten times that.
 *
 * <p>No channel: that would be closed by an interrupt of whoever reads. Not thread-safe.
 */
final class KernelFile {
    private static final long NO_LIMIT = 1L << 62; // version 1 says 2^63 - 4096 for none

    private final Path path;
    private final byte[] text;
    private @Nullable RandomAccessFile file;
    private int length;
    private int found; // where the key was that was looked for last

    /** @param room more than it has, in bytes */
    KernelFile(Path path, int room) {
        this.path = path;
        text = new byte[room];
    }

    /** Whether it is there. */
    boolean exists() {
        return Files.isRegularFile(path);
    }

    /** Reads it; returns whether that succeeded. What cannot be read now is opened anew the next time. */
    boolean read() {
        length = 0;
        found = 0;
        try {
            RandomAccessFile open = file;
            if (open == null) {
                open = new RandomAccessFile(path.toFile(), "r");
                file = open;
            } else {
                open.seek(0);
            }
            length = Math.max(0, open.read(text));
            return length > 0;
        } catch (IOException gone) {
            close();
            return false;
        }
    }

    /** Returns the number it begins with; {@link Long#MAX_VALUE} for none, as {@code max} says; unknown for anything else. */
    long number() {
        if (length >= 3 && text[0] == 'm' && text[1] == 'a' && text[2] == 'x') {
            return Long.MAX_VALUE;
        }
        long value = digits(0);
        return value >= NO_LIMIT ? Long.MAX_VALUE : value;
    }

    /** Returns the number behind {@code key}, which begins a line or follows a space; unknown if there is none. Fastest for keys that are asked for in their order. */
    long after(byte[] key) {
        int end = length - key.length;
        for (int at = found < end ? found : 0, left = end; left > 0; left--) {
            if ((at == 0 || text[at - 1] <= ' ') && startsWith(key, at)) {
                found = at;
                int from = at + key.length;
                while (from < length && (text[from] == ' ' || text[from] == '\t')) {
                    from++;
                }
                return digits(from);
            }
            at = at + 1 < end ? at + 1 : 0;
        }
        return MemorySource.UNKNOWN;
    }

    /** Fills {@code into} with the numbers behind {@code key}, which a space parts; returns how many there are. */
    int allAfter(byte[] key, long[] into) {
        for (int at = 0; at + key.length < length; at++) {
            if ((at == 0 || text[at - 1] == '\n') && startsWith(key, at)) {
                return numbers(at + key.length, into);
            }
        }
        return 0;
    }

    /** Fills {@code into} with the numbers it begins with, which a space parts; returns how many there are. */
    int numbers(long[] into) {
        return numbers(0, into);
    }

    private int numbers(int from, long[] into) {
        int count = 0;
        int at = from;
        while (count < into.length && at < length) {
            while (at < length && text[at] == ' ') {
                at++;
            }
            long value = digits(at);
            if (value < 0) {
                return count;
            }
            into[count++] = value;
            while (at < length && text[at] >= '0' && text[at] <= '9') {
                at++;
            }
        }
        return count;
    }

    private boolean startsWith(byte[] key, int at) {
        for (int i = 0; i < key.length; i++) {
            if (text[at + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    private long digits(int from) {
        long value = 0;
        int at = from;
        for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
            int digit = text[at] - '0';
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return at == from ? MemorySource.UNKNOWN : value;
    }

    private void close() {
        RandomAccessFile open = file;
        file = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException lost) {
            return; // the descriptor is gone in any case
        }
    }
}
