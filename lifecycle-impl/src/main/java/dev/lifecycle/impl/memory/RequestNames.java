package dev.lifecycle.impl.memory;

import dev.lifecycle.Names;

/** Checks ids: most are plain, which a short loop tells. */
final class RequestNames {
    private RequestNames() {}

    /** See {@link Names#check}. */
    static void check(String name, String what) {
        if (!isPlain(name)) {
            Names.check(name, what);
        }
    }

    private static boolean isPlain(String name) {
        int length = name.length();
        if (length == 0 || length > Names.MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
