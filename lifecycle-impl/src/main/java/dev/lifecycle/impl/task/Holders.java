package dev.lifecycle.impl.task;

import dev.lifecycle.task.LimitExceededException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of who has the permits of a limiter: their labels, and when they were first noticed. */
final class Holders {
    /*
     * A note belongs to the permit whose stamp it carries; others may stand in its place later. There is one for each place at
     * most. Nobody makes one when a permit is taken: labels do, and a caller that is refused does for those it sees, some at a
     * time. So an age is the time since then.
     *
     * `oldest` is a cache: the oldest one that is known stays so until its permit is closed. Racy: a note is never changed.
     */
    private static final int LOOKS = 64;

    private final SlotLimiter limiter;
    private final Map<Integer, Note> notes = new ConcurrentHashMap<>();
    private volatile @Nullable Note oldest;
    private volatile int cursor; // where the next look begins; racy

    private record Note(int slot, long stamp, @Nullable String label, long since) {}

    Holders(SlotLimiter limiter) {
        this.limiter = limiter;
    }

    private boolean isCurrent(Note note) {
        return Slots.stamp(limiter.word(note.slot)) == note.stamp;
    }

    void label(int slot, long stamp, String who) {
        long now = limiter.clock.nanos();
        Note known = notes.get(slot);
        long since = known != null && known.stamp == stamp ? known.since : now;
        Note note = new Note(slot, stamp, who, since);
        if (isCurrent(note)) {
            notes.put(slot, note);
        }
    }

    @Nullable
    String labelOf(long epoch) {
        for (Note note : notes.values()) {
            if (note.label != null && (note.stamp & Slots.EPOCH) == epoch && isCurrent(note)) {
                return note.label;
            }
        }
        return null;
    }

    /** What a caller is told that is refused; {@code why} begins the message. */
    LimitExceededException exceeded(String why) {
        long now = limiter.clock.nanos();
        limiter.refused(now);
        Gate.Counts counts = limiter.counts();
        Note note = oldest(now);
        String label = note == null ? null : note.label;
        Duration age = note == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - note.since));
        String message = "limiter " + limiter.name() + ": " + why + ": " + counts.active() + " of " + counts.limit()
                + " taken"
                + (counts.limit() < counts.max() ? ", lowered from " + counts.max() + " since memory is scarce" : "")
                + (counts.zombies() > 0 ? ", " + counts.zombies() + " of them by work that was given up" : "")
                + ", " + counts.waiting() + " waiting"
                + (note == null
                        ? ""
                        : "; the oldest" + (label == null ? "" : ", " + label + ",") + " has its permit for " + age
                                + " or longer")
                + ". Raise max, wait longer, or look for work that hangs";
        return new LimitExceededException(message, counts.active(), counts.waiting(), counts.zombies(), label, age);
    }

    private @Nullable Note oldest(long now) {
        Note known = oldest;
        notice(now);
        if (known != null && isCurrent(known)) {
            Note fresher = notes.get(known.slot); // it may have a label by now
            return fresher != null && fresher.stamp == known.stamp ? fresher : known;
        }
        Note first = null;
        for (Note note : notes.values()) {
            long older = first == null ? -1 : note.since - first.since;
            boolean tells = note.label != null && first != null && first.label == null;
            if ((older < 0 || older == 0 && tells) && isCurrent(note)) {
                first = note;
            }
        }
        oldest = first;
        return first;
    }

    /** Notes some permits that are taken. */
    private void notice(long now) {
        int span = limiter.span;
        int slot = Math.min(cursor, span - 1);
        for (int looks = Math.min(LOOKS, span); looks > 0; looks--) {
            long stamp = Slots.stamp(limiter.word(slot));
            Note note = notes.get(slot);
            if ((stamp & Slots.TAKEN) != 0 && (note == null || note.stamp != stamp)) {
                Note fresh = new Note(slot, stamp, null, now);
                if (note == null) {
                    notes.putIfAbsent(slot, fresh);
                } else {
                    notes.replace(slot, note, fresh); // a label that comes meanwhile stays
                }
            }
            slot = slot + 1 == span ? 0 : slot + 1;
        }
        cursor = slot;
    }
}
