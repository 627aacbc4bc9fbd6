package dev.lifecycle.impl.file;

/**
 * UTF-8, one character at a time, with the JDK's opinion of what is malformed: a byte that cannot begin a character, and as much of one that has
 * begun as could be part of one. An encoded surrogate counts as one, of three bytes.
 */
final class Utf8 {
    /** A character has begun and is not complete. */
    static final int INCOMPLETE = Integer.MIN_VALUE;

    private Utf8() {}

    /**
     * Looks at the character at {@code from}.
     *
     * @param to beyond that
     * @return its code point; or, negated, how many bytes are malformed, 1 to 3; or {@link #INCOMPLETE}
     */
    static int at(byte[] a, int from, int to) {
        int first = a[from];
        if (first >= 0) {
            return first;
        }
        if (first < (byte) 0xc2 || first > (byte) 0xf4) {
            return -1;
        }
        int have = to - from;
        if (have == 1) {
            return INCOMPLETE;
        }
        int second = a[from + 1];
        if (isOther(second)) {
            return -1;
        }
        if (first < (byte) 0xe0) {
            return (first & 0x1f) << 6 | second & 0x3f;
        }
        int high = (first & 0x0f) << 6 | second & 0x3f; // all but the last six or twelve bits
        if (first < (byte) 0xf0) {
            return three(a, from, have, high);
        }
        return high < 0x10 || high > 0x10f ? -1 : four(a, from, have, high);
    }

    private static int three(byte[] a, int from, int have, int high) {
        if (high < 0x20) {
            return -1;
        }
        if (have == 2) {
            return INCOMPLETE;
        }
        int third = a[from + 2];
        if (isOther(third)) {
            return -2;
        }
        int found = high << 6 | third & 0x3f;
        return Character.isSurrogate((char) found) ? -3 : found;
    }

    private static int four(byte[] a, int from, int have, int high) {
        if (have == 2) {
            return INCOMPLETE;
        }
        int third = a[from + 2];
        if (isOther(third)) {
            return -2;
        }
        if (have == 3) {
            return INCOMPLETE;
        }
        int fourth = a[from + 3];
        return isOther(fourth) ? -3 : high << 12 | (third & 0x3f) << 6 | fourth & 0x3f;
    }

    /** Whether a byte goes on with no character. */
    private static boolean isOther(int b) {
        return b >= (byte) 0xc0;
    }

    /** Returns how many bytes what {@link #at} found has. */
    static int length(int found) {
        if (found < 0) {
            return -found;
        }
        return found < 0x80 ? 1 : found < 0x800 ? 2 : found < 0x10000 ? 3 : 4;
    }

    /**
     * Goes over characters that are well-formed and not ASCII, but for one between two of them; stops at any other, and short of the end, where one
     * may be incomplete.
     */
    static int skip(byte[] a, int from, int to) {
        int at = from;
        for (int last = to - 4; at <= last; ) {
            int first = a[at];
            int second = a[at + 1];
            if (second >= (byte) 0xc0) {
                if (first >= 0 && second < 0) { // one between two words
                    at++;
                    continue;
                }
                break;
            }
            if (first < (byte) 0xe0) {
                if (first < (byte) 0xc2) {
                    break;
                }
                at += 2;
                continue;
            }
            int third = a[at + 2];
            if (first >= 0 || third >= (byte) 0xc0) {
                break;
            }
            int high = (first & 0x0f) << 6 | second & 0x3f;
            if (first < (byte) 0xf0) {
                if (high < 0x20 || high >> 5 == 0x1b) { // too long, or a surrogate
                    break;
                }
                at += 3;
                continue;
            }
            if (high < 0x10 || high > 0x10f || a[at + 3] >= (byte) 0xc0) {
                break;
            }
            at += 4;
        }
        return at;
    }

    /** Returns where the character begins that {@code to} cuts; {@code to} if it cuts none. */
    static int boundary(byte[] a, int from, int to) {
        for (int at = to - 1; at >= from && at >= to - 3; at--) {
            if (a[at] >= (byte) 0xc0) { // or ASCII
                return a[at] < 0 && at(a, at, to) == INCOMPLETE ? at : to;
            }
        }
        return to;
    }
}
