package dev.lifecycle.impl.health;

import dev.lifecycle.Names;
import dev.lifecycle.health.HealthSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list of a snapshot while it is made: bounded, with an exact count of what is left out, and no two paths that are equal. */
final class Listing<T> {
    private static final int LONGEST = 500; // of a path, or of a sentence

    private final List<T> listed = new ArrayList<>(4);
    private final Set<String> paths = new HashSet<>(4);
    private long unlisted;

    /** Makes an entry. */
    interface Maker<T> {
        T make(String path);
    }

    /** Takes one more; {@code maker} is not called if there is no room. */
    void add(String path, Maker<T> maker) {
        if (listed.size() == HealthSnapshot.MAX_LISTED) {
            unlisted++;
            return;
        }
        String unique = path;
        for (int i = 2; !paths.add(unique); i++) {
            unique = path + "#" + i;
        }
        listed.add(maker.make(unique));
    }

    List<T> listed() {
        return listed;
    }

    long unlisted() {
        return unlisted;
    }

    /** What strangers may have written, on one line of a bounded length. */
    static String line(String text) {
        if (text.length() <= LONGEST) {
            return Names.printable(text);
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return Names.printable(text.substring(0, end)) + "...";
    }
}
