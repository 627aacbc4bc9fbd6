package dev.lifecycle.impl.file;

import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;

/** The part of a file that is looked at: what was read and is not done with, in an array. */
final class Window {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    final byte[] bytes;
    int from; // what is done with ends here
    int to;
    int shifted; // by how much the last read has moved what was there to the front

    private final Feed feed;
    private final FileProcessorConfig config;
    private final ByteBuffer direct;
    private final ByteBuffer heap;
    private final boolean isStream;
    private long base; // offset of bytes[0] in the file

    Window(Feed feed, Workspace space, FileProcessorConfig config, boolean isStream) {
        this.feed = feed;
        this.config = config;
        this.isStream = isStream;
        bytes = space.heap();
        heap = isStream ? ByteBuffer.wrap(bytes) : EMPTY;
        direct = isStream ? EMPTY : space.direct();
    }

    /** Where in the file the byte at {@code index} is. */
    long offset(int index) {
        return base + index;
    }

    /** Whether there are bytes after {@link #to}, which the limit of the file leaves out. */
    boolean isCut() {
        return feed.oversize;
    }

    /** Whether the file ends at {@link #to}. */
    boolean isAtEnd() {
        return feed.ended;
    }

    /** Reads on, at least one byte; returns false at the end. What is not done with is at the front then. */
    boolean read() throws Stop {
        return read(from);
    }

    /** The same, with what is at {@code keep} at the front then. */
    boolean read(int keep) throws Stop {
        shifted = keep;
        if (keep > 0) {
            System.arraycopy(bytes, keep, bytes, 0, to - keep);
            base += keep;
            to -= keep;
            from -= keep;
        }
        int room = Math.min(bytes.length - to, config.bufferSize());
        int count;
        if (isStream) {
            count = feed.read(heap.limit(to + room).position(to));
        } else {
            count = feed.read(direct.clear().limit(room));
            direct.flip().get(bytes, to, count);
        }
        to += count;
        return count > 0;
    }

    /** Reads until there are so many bytes, or the end. */
    void fill(int least) throws Stop {
        boolean more = to - from < least;
        while (more) {
            more = read() && to - from < least;
        }
    }
}
