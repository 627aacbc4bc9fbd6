package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import java.util.Locale;

/**
 * What one look of {@code memory doctor} has shown.
 *
 * @param level of it
 * @param name what was looked at
 * @param found with figures
 * @param remedy what to do about it; empty if it is all right
 */
record Check(Level level, String name, String found, String remedy) {
    /** How bad it is. */
    enum Level {
        /** As it should be, or nothing that can be looked at. */
        OK,
        /** Worth knowing; a service may live with it. */
        WARN,
        /** A service that runs for long will suffer from it, or nobody will see why it does. */
        FAIL
    }

    static Check ok(String name, String found) {
        return new Check(Level.OK, name, found, "");
    }

    static Check warn(String name, String found, String remedy) {
        return new Check(Level.WARN, name, found, remedy);
    }

    static Check fail(String name, String found, String remedy) {
        return new Check(Level.FAIL, name, found, remedy);
    }

    /** One line, or two. */
    String text() {
        String first = String.format(Locale.ROOT, "%-5s %-20s %s\n", level, name, Names.printable(found));
        return remedy.isEmpty() ? first : first + String.format(Locale.ROOT, "%-27s-> %s\n", "", remedy);
    }
}
