package dev.lifecycle.impl.file;

import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has the lines of a file asked for, from the last one to the first. */
final class ReversedPass extends LinePass {
    /*
     * Places are offsets in the file. The array holds what is between `base + low` and `base + high`; what is below that was not read, or dropped,
     * and comes in again from there downwards. Lines are done with from `end` on, which is the end of the file, or the beginning of a line: so an end
     * of a line is right before it, but at first.
     *
     * The bytes of a line are held while it is searched for its beginning, until the array is full of it: it is longer than the limit then, of which
     * the array has more. From there on only as much is held as may be part of an end, and what is to be handed out is read again, from its
     * beginning. That is twice at most.
     */
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private ByteBuffer direct = ByteBuffer.wrap(NONE);
    private long textStart;
    private long first; // where lines begin: the limit of the file may leave some out
    private long end;
    private long base;
    private int low;
    private int high;

    private @Nullable Newlines newlines;
    private byte[][] ends = {}; // all of one length
    private byte[] before = NONE; // belongs to an end, where it comes before that; may be one of them
    private int unit; // ends begin at multiples of it, counted from textStart
    private int longest; // end, in bytes
    private int key; // the place of the byte of an end that is searched for
    private byte[] keys = NONE; // three of them, some of them alike

    private long pieceAt; // of a long line; up to
    private long pieceStop;

    ReversedPass(FileProcessorConfig config, @Nullable Pace pace, Source source, long timeoutNanos) {
        super(config, pace, source, timeoutNanos, null);
    }

    /** Whether it can begin within itself, so that it depends on where one begins to look. */
    static boolean overlapsItself(byte[] delimiter) {
        for (int shift = 1; shift < delimiter.length; shift++) {
            if (Arrays.equals(delimiter, shift, delimiter.length, delimiter, 0, delimiter.length - shift)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void begin(Workspace workspace) throws Stop {
        super.begin(workspace); // looks at the beginning of the file
        Window window = Objects.requireNonNull(this.window);
        textStart = window.offset(window.from);
        first = Math.max(textStart, feed.turnBack());
        end = Math.max(first, feed.size);
        bytes = window.bytes;
        direct = workspace.direct();
        forget();
        newlines = Objects.requireNonNull(Newlines.of(charset));
        ends(newlines);
    }

    private void ends(Newlines known) {
        byte[] own = config.lineEnd().delimiter();
        if (own.length > 0) {
            ends = new byte[][] {own};
            unit = 1;
        } else {
            unit = known.unit();
            before = known.cr() == -1 ? NONE : LineScan.bytes(known.cr(), unit);
            ends = LineScan.ends(known, config.lineEnd().equals(LineEnd.ANY) ? before : NONE);
        }
        longest = ends[0].length + before.length;
        key = LineScan.key(ends[0]);
        keys = new byte[3];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ends[Math.min(i, ends.length - 1)][key];
        }
    }

    @Override
    boolean next() throws Stop {
        LineScan line = Objects.requireNonNull(scan);
        if (pieceAt < pieceStop) {
            piece(line);
            return true;
        }
        int max = config.limits().maxLineBytes();
        LongLine policy = config.longLine();
        while (end > first) {
            hold(end - longest);
            long stop = end - endBefore(end);
            long from = beginning(stop, max);
            if (from == first && first > textStart) {
                break; // the limit of the file cuts it, nobody knows where
            }
            lines++;
            line.number = lines;
            end = from;
            feed.bytes = feed.size - from;
            if (stop - from <= max) {
                show(line, at(from), at(stop), false);
                return true;
            }
            line.truncated |= policy != LongLine.SPLIT;
            if (policy != LongLine.SKIP) {
                pieceAt = from;
                pieceStop = stop;
                piece(line);
                return true;
            }
        }
        feed.bytes = feed.size - (first > textStart ? first : 0);
        return false;
    }

    private void show(LineScan line, int from, int to, boolean isCut) throws Stop {
        line.start = from;
        line.stop = to;
        line.cut = isCut;
        if (validates) {
            validate(line, base + from);
        }
        view().show(base);
    }

    /** Hands out a piece of a long line, as one who reads forwards would. */
    private void piece(LineScan line) throws Stop {
        int max = config.limits().maxLineBytes();
        boolean isLast = pieceStop - pieceAt <= max;
        int length = (int) Math.min(max, pieceStop - pieceAt);
        if (pieceAt < base + low || pieceAt + length > base + high) {
            base = pieceAt;
            low = 0;
            high = (int) Math.min(Math.max(max, config.bufferSize()), pieceStop - pieceAt);
            feed.readAt(pieceAt, direct, bytes, 0, high);
        }
        int from = at(pieceAt);
        int to = from + length;
        if (!isLast) {
            int boundary = Objects.requireNonNull(newlines).boundary(bytes, from, to);
            to = boundary <= from ? to : boundary; // the limit is less than a character
        }
        pieceAt = config.longLine() == LongLine.CUT ? pieceStop : pieceAt + to - from;
        show(line, from, to, !isLast);
    }

    // ---- searching

    /** How long the end of a line is that ends at {@code offset}; 0 if none does. What may be part of it is held. */
    private int endBefore(long offset) {
        for (byte[] each : ends) {
            if (isAt(offset - each.length, each)) {
                boolean isLonger = before.length > 0 && each != before && isAt(offset - longest, before);
                return isLonger ? longest : each.length;
            }
        }
        return 0;
    }

    private boolean isAt(long offset, byte[] wanted) {
        return offset >= first
                && (offset - textStart) % unit == 0
                && Arrays.equals(bytes, at(offset), at(offset) + wanted.length, wanted, 0, wanted.length);
    }

    /** Where the line begins that stops at {@code stop}. */
    private long beginning(long stop, int max) throws Stop {
        int length = ends[0].length;
        long to = stop - length + 1; // where an end may begin: before this
        while (true) {
            long least = Math.max(base + low, first);
            for (long found = endIn(least, to); found >= 0; found = endIn(least, found)) {
                if (isEnd(found)) {
                    failIfLong(stop - found - length, max);
                    return found + length;
                }
            }
            if (least == first) {
                failIfLong(stop - first, max);
                return first;
            }
            failIfLong(stop - least - length, max); // it begins before that
            to = Math.min(to, least);
            readOn();
        }
    }

    /** Where an end may begin, from {@code from} to before {@code to}: the last such place; -1 without one. */
    private long endIn(long from, long to) {
        byte[] a = bytes;
        byte one = keys[0];
        byte other = keys[1];
        byte third = keys[2];
        int least = at(from) + key;
        for (int i = at(to) + key - 1; i >= least; i--) {
            byte b = a[i];
            if (b == one || b == other || b == third) {
                return base + i - key;
            }
        }
        return -1;
    }

    private boolean isEnd(long offset) {
        for (byte[] each : ends) {
            if (isAt(offset, each)) {
                return true;
            }
        }
        return false;
    }

    private void failIfLong(long least, int max) throws Stop {
        if (least > max && config.longLine() == LongLine.FAIL) {
            throw new Stop(Outcome.FAILED, Reason.LINE_LIMIT);
        }
    }

    // ---- what is held

    private int at(long offset) {
        return (int) (offset - base);
    }

    /** Nothing is held: it is read from {@link #end} downwards. */
    private void forget() {
        low = bytes.length;
        high = bytes.length;
        base = end - bytes.length;
    }

    /** Sees to it that what is between {@code offset} and {@link #end} is held. */
    private void hold(long offset) throws Stop {
        if (base + low > end || base + high < end) {
            forget();
        }
        while (base + low > Math.max(first, offset)) {
            readOn();
        }
    }

    /** Reads what is before that which is held, at least one byte. What is not part of the line before {@link #end} may be dropped. */
    private void readOn() throws Stop {
        int most = config.bufferSize();
        long unread = base + low - first;
        if (low < Math.min(most, unread)) {
            int kept = (int) (Math.min(end, base + high) - base) - low;
            if (kept > bytes.length - most) {
                kept = longest; // it is a long line
            }
            System.arraycopy(bytes, low, bytes, bytes.length - kept, kept);
            base -= bytes.length - kept - low;
            low = bytes.length - kept;
            high = bytes.length;
        }
        int count = (int) Math.min(Math.min(low, most), unread);
        feed.readAt(base + low - count, direct, bytes, low - count, count);
        low -= count;
    }
}
