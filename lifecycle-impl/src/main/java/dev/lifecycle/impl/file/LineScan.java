package dev.lifecycle.impl.file;

import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Goes from line to line, or from record to record, in a window; holds no more of one than the limit. */
final class LineScan {
    /*
     * A line is found by its end: by the only byte of it, or, where an end has more, by the one at `key`, around which the others are then compared.
     * What is before window.from is done with: the index may still tell of ends there, which count no more.
     *
     * A line is too long once `max` bytes and the longest end fit between window.from and window.to, and no end was found. So whether it is does not
     * depend on how it is read.
     */
    private static final byte[] NONE = {};

    private final Window window;
    private final LineIndex index;
    private final Newlines charset;
    private final int max;
    private final LongLine policy;
    private final int unit; // ends begin at multiples of it, counted from textStart
    private final byte[][] ends;
    private final byte[] open; // one of `ends`, to which another one may belong that follows it; NONE if there is none
    private final byte[] before; // belongs to an end, where it comes before that; NONE if nothing does
    private final int key;
    private final int longest; // end, in bytes
    private final boolean isByte; // an end is one byte, and there is one
    private final long textStart;

    private int hit = -1; // an end that may have begun, and that the index has told of; -1 without one
    private int foundEnd = -1; // of the line that begins at window.from; -1 if that is not known
    private int foundNext; // where the line after it begins
    private boolean dropping; // the rest of a long line
    private boolean splitting; // pieces of a long line
    private boolean afterOpen; // another end right here belongs to the one before it

    int start; // of the line, in the window
    int stop; // its end
    boolean cut;
    long number;
    boolean truncated; // something was left out

    LineScan(Window window, byte[] flags, LineEnd lineEnd, Newlines charset, int max, LongLine policy) {
        this.window = window;
        this.charset = charset;
        this.max = max;
        this.policy = policy;
        byte[] own = lineEnd.delimiter();
        boolean isText = own.length == 0;
        byte[] cr = charset.cr() == -1 ? NONE : bytes(charset.cr(), charset.unit());
        unit = isText ? charset.unit() : 1;
        open = lineEnd.equals(LineEnd.ANY) ? cr : NONE;
        before = lineEnd.equals(LineEnd.LF_CRLF) ? cr : NONE;
        ends = isText ? ends(charset, open) : new byte[][] {own};
        key = key(ends[0]);
        longest = ends[0].length + cr.length;
        isByte = ends.length == 1 && ends[0].length == 1;
        textStart = window.offset(window.from);
        byte[] keys = new byte[ends.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ends[i][key];
        }
        index = new LineIndex(keys, flags);
        index.reset(window.from);
    }

    static byte[][] ends(Newlines charset, byte[] cr) {
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(charset.lf(), charset.unit()));
        if (charset.otherLf() != charset.lf()) {
            all.add(bytes(charset.otherLf(), charset.unit()));
        }
        if (cr.length > 0) {
            all.add(cr);
        }
        return all.toArray(new byte[0][]);
    }

    static byte[] bytes(int lowestFirst, int unit) {
        byte[] bytes = new byte[unit];
        for (int i = 0; i < unit; i++) {
            bytes[i] = (byte) (lowestFirst >>> Byte.SIZE * i);
        }
        return bytes;
    }

    /** The place of the byte that is searched for: zeros are not, if there is another one. */
    static int key(byte[] end) {
        int at = end.length - 1;
        while (at > 0 && end[at] == 0) {
            at--;
        }
        return at;
    }

    /** Goes on to the next line; returns false at the end. The line before it is gone then. */
    boolean next() throws Stop {
        return isByte && nextShort() || nextAny();
    }

    /** Goes on to the next line if it is one like most: there is an end of one byte in what was read, and it is not too long. */
    private boolean nextShort() {
        int from = window.from;
        if (foundEnd >= 0 || dropping || !findByte()) {
            return false;
        }
        int content = foundEnd;
        if (content - from > max) {
            return false;
        }
        start = from;
        stop = content;
        cut = false;
        number += splitting ? 0 : 1;
        splitting = false;
        window.from = foundNext;
        foundEnd = -1;
        return true;
    }

    private boolean nextAny() throws Stop {
        while (true) {
            if (find()) {
                int content = foundEnd;
                if (dropping) {
                    dropping = false;
                    begin();
                } else if (content - window.from <= max) {
                    show(content, false);
                    begin();
                    splitting = false;
                    return true;
                } else if (tooLong()) {
                    return true;
                }
            } else if (!dropping && window.to - window.from >= max + longest) {
                if (tooLong()) {
                    return true;
                }
            } else {
                if (dropping) {
                    window.from = Math.max(window.from, Math.min(window.to, (hit >= 0 ? hit : window.to) - longest));
                }
                boolean more = window.read();
                moved();
                if (!more) {
                    return last();
                }
            }
        }
    }

    /** Whether nothing follows the line that is shown; reads on to know. */
    boolean isLast() throws Stop {
        if (cut || window.from < window.to) {
            return false;
        }
        if (window.isAtEnd()) {
            return true;
        }
        boolean more = window.read(start);
        moved();
        start -= window.shifted;
        stop -= window.shifted;
        return !more;
    }

    private void moved() {
        index.shift(window.shifted);
        hit -= hit < 0 ? 0 : window.shifted;
    }

    /** The line after the one that was found begins. */
    private void begin() {
        window.from = foundNext;
        foundEnd = -1;
    }

    private void show(int to, boolean isCut) {
        start = window.from;
        stop = to;
        cut = isCut;
        number += splitting ? 0 : 1;
    }

    /** The line at window.from is longer than the limit; returns whether some of it is to be shown. */
    private boolean tooLong() throws Stop {
        if (policy == LongLine.FAIL) {
            throw new Stop(Outcome.FAILED, Reason.LINE_LIMIT);
        }
        int to = charset.boundary(window.bytes, window.from, window.from + max);
        if (to <= window.from) {
            to = window.from + max; // the limit is less than a character
        }
        if (policy == LongLine.SPLIT) {
            show(to, true);
            splitting = true;
            window.from = to;
            return true;
        }
        truncated = true;
        show(to, true);
        if (foundEnd >= 0) {
            begin();
        } else {
            dropping = true;
            window.from += max;
        }
        return policy == LongLine.CUT;
    }

    /** What is left at the end of the file is a line, if it is not empty. */
    private boolean last() throws Stop {
        if (dropping || window.from == window.to) {
            return false;
        }
        if (hit >= 0) {
            return next(); // it was not an end: it is not complete
        }
        if (window.to - window.from > max) {
            foundEnd = window.to;
            foundNext = window.to;
            return tooLong() || next();
        }
        show(window.isCut() ? charset.boundary(window.bytes, window.from, window.to) : window.to, window.isCut());
        splitting = false;
        window.from = window.to;
        return true;
    }

    /** Finds the end of the line at window.from in what there is. */
    private boolean find() {
        if (foundEnd >= 0) {
            return true;
        }
        return isByte ? findByte() : findBytes();
    }

    private boolean findByte() {
        int at = index.next(window.bytes, window.to);
        if (at < 0) {
            return false;
        }
        foundNext = at + 1;
        foundEnd = before.length > 0 && at > window.from && window.bytes[at - 1] == before[0] ? at - 1 : at;
        return true;
    }

    private boolean findBytes() {
        if (afterOpen) {
            boolean known = window.to - window.from >= open.length;
            if (!known && !window.isAtEnd()) {
                return false;
            }
            byte[] end = known ? endAt(window.from) : NONE;
            window.from += end == open ? 0 : end.length;
            afterOpen = false;
        }
        while (true) {
            int at = hit >= 0 ? hit : index.next(window.bytes, window.to);
            hit = -1;
            if (at < 0) {
                return false;
            }
            int from = at - key;
            if (from >= window.from && isAligned(from)) {
                if (from + ends[0].length > window.to && !window.isAtEnd()) {
                    hit = at;
                    return false;
                }
                if (isEnd(from)) {
                    return true;
                }
            }
        }
    }

    private boolean isAligned(int at) {
        return unit == 1 || (window.offset(at) - textStart) % unit == 0;
    }

    private boolean isEnd(int at) {
        byte[] end = endAt(at);
        if (end.length == 0) {
            return false;
        }
        int earlier = at - before.length;
        foundEnd = before.length > 0 && earlier >= window.from && matches(earlier, before) ? earlier : at;
        foundNext = at + end.length;
        afterOpen = end == open;
        return true;
    }

    /** The end that begins at {@code at}; NONE without one. */
    private byte[] endAt(int at) {
        for (byte[] end : ends) {
            if (matches(at, end)) {
                return end;
            }
        }
        return NONE;
    }

    private boolean matches(int at, byte[] wanted) {
        int to = at + wanted.length;
        return to <= window.to && Arrays.equals(window.bytes, at, to, wanted, 0, wanted.length);
    }
}
