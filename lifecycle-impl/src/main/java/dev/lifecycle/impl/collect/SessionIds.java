package dev.lifecycle.impl.collect;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Ids of sessions: a selector by which a session is found, of 48 bits, that stays the same for all its life and is no secret;
 * and 144 bits that are, another one after each rotation. All by chance; as text, in the alphabet of URLs.
 */
final class SessionIds {
    private static final int SELECTOR_BYTES = 6;
    private static final int SECRET_BYTES = 18;
    private static final int SELECTOR_CHARS = 8;

    /** How long an id is. */
    static final int LENGTH = 32;

    /** Stands for no selector. */
    static final long NONE = -1;

    private final SecureRandom random = new SecureRandom();

    /** Returns a selector. */
    long selector() {
        return random.nextLong() & (1L << Byte.SIZE * SELECTOR_BYTES) - 1;
    }

    /** Returns a new id with a {@code selector}. */
    String id(long selector) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        byte[] all = new byte[SELECTOR_BYTES + SECRET_BYTES];
        for (int i = 0; i < SELECTOR_BYTES; i++) {
            all[i] = (byte) (selector >>> Byte.SIZE * (SELECTOR_BYTES - 1 - i));
        }
        System.arraycopy(secret, 0, all, SELECTOR_BYTES, SECRET_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /** Returns the selector of {@code id}; {@link #NONE} if it is no id. */
    static long selectorOf(String id) {
        if (id.length() != LENGTH) {
            return NONE;
        }
        long selector = 0;
        for (int i = 0; i < SELECTOR_CHARS; i++) {
            int digit = digit(id.charAt(i));
            if (digit < 0) {
                return NONE;
            }
            selector = selector << 6 | digit;
        }
        return selector;
    }

    private static int digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }

    /** Whether two ids are the same; takes as long wherever they differ. */
    static boolean same(String known, String given) {
        int difference = known.length() ^ given.length();
        for (int i = 0; i < known.length() && i < given.length(); i++) {
            difference |= known.charAt(i) ^ given.charAt(i);
        }
        return difference == 0;
    }
}
