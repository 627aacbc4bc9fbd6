package dev.lifecycle.impl.file;

import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The buffers of one call at a time, each made when it is first needed, and no longer than the configuration says. */
final class Workspace {
    private static final int LEAST_CHARS = 1 << 10;

    private final FileProcessorConfig config;
    private @Nullable ByteBuffer direct;
    private ByteBuffer @Nullable [] halves; // of direct
    private byte @Nullable [] heap;
    private char @Nullable [] chars;
    private byte @Nullable [] flags;

    @Nullable
    Workspace next; // in the list of idle ones or of those in use, with the lock of both

    @Nullable
    Workspace before; // in the list of those in use

    @Nullable
    Pass pass; // that uses it; with the lock

    Workspace(FileProcessorConfig config) {
        this.config = config;
    }

    /**
     * Two reads. A read buffer of the operating system's side: the virtual machine copies nothing, and keeps none of its own for the thread. It
     * begins with a page: 16 bytes behind that, where it begins otherwise, the system copies a quarter slower, as writes look like they were to what
     * is read next (their addresses have the same low bits).
     */
    ByteBuffer direct() {
        ByteBuffer known = direct;
        if (known == null) {
            int page = FileProcessorConfig.PAGE;
            known = ByteBuffer.allocateDirect(2 * (config.bufferSize() + page))
                    .alignedSlice(page)
                    .slice(0, 2 * config.bufferSize());
            direct = known;
        }
        return known;
    }

    /** Two parts of {@link #direct}, of so many bytes each. */
    ByteBuffer[] halves(int room) {
        ByteBuffer[] known = halves;
        if (known == null || known[0].capacity() != room) {
            known = halves(direct().clear(), room);
            halves = known;
        }
        return known;
    }

    static ByteBuffer[] halves(ByteBuffer of, int room) {
        return new ByteBuffer[] {of.slice(0, room), of.slice(room, room)};
    }

    /** Room for the longest line, its end, and a read. */
    byte[] heap() {
        byte[] known = heap;
        if (known == null) {
            known = new byte[config.lineBufferSize()];
            heap = known;
        }
        return known;
    }

    /** Room for at least so many characters. */
    char[] chars(int least) {
        char[] known = chars;
        if (known == null || known.length < least) {
            int length = known == null ? LEAST_CHARS : known.length;
            while (length < least) {
                length = Math.min(2 * length, Math.max(least, config.maxChars()));
            }
            known = new char[length];
            chars = known;
        }
        return known;
    }

    /** For a {@link LineIndex}. */
    byte[] flags() {
        byte[] known = flags;
        if (known == null) {
            known = new byte[LineIndex.BLOCK];
            flags = known;
        }
        return known;
    }

    /** What it holds, in bytes. */
    long bytes() {
        ByteBuffer ofDirect = direct;
        byte[] ofHeap = heap;
        char[] ofChars = chars;
        return (ofDirect == null ? 0L : ofDirect.capacity() + 2L * FileProcessorConfig.PAGE)
                + (ofHeap == null ? 0L : ofHeap.length)
                + (ofChars == null ? 0L : 2L * ofChars.length)
                + (flags == null ? 0L : LineIndex.BLOCK);
    }
}
