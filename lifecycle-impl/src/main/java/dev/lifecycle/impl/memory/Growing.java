package dev.lifecycle.impl.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which paths of the tree hold more each time they are looked at. */
final class Growing {
    private static final double MOSTLY = 0.8; // of the looks
    private static final int FEWEST = 3; // looks
    private static final int FORGOTTEN = 24; // of them are remembered: a path that stopped to grow is let go
    private static final int LISTED = 5;
    private static final int MOST = 2_000;

    private final Map<String, Track> tracks = new HashMap<>();

    private static final class Track {
        final long first;
        long last;
        double grew; // of `looks`, both fade
        double looks;
        boolean seen = true;

        Track(long first) {
            this.first = first;
            last = first;
        }

        void look(long now) {
            double fade = looks >= FORGOTTEN ? (FORGOTTEN - 1.0) / FORGOTTEN : 1;
            grew = grew * fade + (now > last ? 1 : 0);
            looks = looks * fade + 1;
            last = now;
            seen = true;
        }

        boolean grows() {
            return looks >= FEWEST && grew >= MOSTLY * looks && last > first;
        }
    }

    void look(Map<String, Long> sizes) {
        for (Track each : tracks.values()) {
            each.seen = false;
        }
        sizes.forEach((path, size) -> {
            Track known = tracks.get(path);
            if (known != null) {
                known.look(size);
            } else if (tracks.size() < MOST) {
                tracks.put(path, new Track(size));
            }
        });
        tracks.values().removeIf(each -> !each.seen);
    }

    /** Like {@code app/POST /chat, 12 -> 11402}; what grew most is first. */
    List<String> listed() {
        List<Map.Entry<String, Track>> found = new ArrayList<>();
        for (Map.Entry<String, Track> each : tracks.entrySet()) {
            if (each.getValue().grows()) {
                found.add(each);
            }
        }
        found.sort(Comparator.comparingLong(
                (Map.Entry<String, Track> each) -> each.getValue().first - each.getValue().last));
        return found.stream()
                .limit(LISTED)
                .map(each -> each.getKey() + ", " + each.getValue().first + " -> " + each.getValue().last)
                .toList();
    }
}
