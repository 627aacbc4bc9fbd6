package dev.lifecycle.impl.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.Site;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Knows who has the resources of a pool: by the number of the thread always, by the line that took one while something is suspicious. */
final class Holders<R> {
    /*
     * A note belongs to the lease whose stamp it carries. `toNote` is how many borrowers are still to be noted; while it is above zero the flag ALERT has
     * borrowers make notes. Racy: one more or less does not matter.
     */
    private static final int NOTED_WHEN_SUSPICIOUS = 1_000;

    private final Pool<R> pool;
    private final LeakLevel level;
    private final AtomicInteger toNote = new AtomicInteger();

    Holders(Pool<R> pool, LeakLevel level) {
        this.pool = pool;
        this.level = level;
    }

    /** Has the next borrowers noted. */
    void suspect() {
        if (level == LeakLevel.ADAPTIVE && toNote.getAndSet(NOTED_WHEN_SUSPICIOUS) <= 0) {
            pool.alert(true);
        }
    }

    /** On the thread of a borrower. */
    void note(Slot<R> slot, long stamp) {
        try {
            slot.note = Note.here(stamp);
        } catch (OutOfMemoryError noMemory) { // then nobody knows
            return;
        }
        if (level == LeakLevel.ADAPTIVE && toNote.decrementAndGet() <= 0) {
            pool.alert(false);
        }
    }

    void label(Slot<R> slot, long stamp, String what) {
        if (Slot.stamp(slot.word) == stamp) {
            Note known = slot.note;
            slot.note = known != null && known.stamp() == stamp
                    ? new Note(stamp, what, known.thread(), known.where())
                    : new Note(stamp, what, "", null);
        }
    }

    private @Nullable Note noteOf(Slot<R> slot, long stamp) {
        Note known = slot.note;
        return known != null && known.stamp() == stamp ? known : null;
    }

    /** All leases, oldest first. */
    List<LeaseInfo> leases(long now) {
        return leases(now, false);
    }

    /** The same; where it is known who works with a resource, with what that thread does instead of where it took it. */
    List<LeaseInfo> leasesAtWork(long now) {
        return leases(now, true);
    }

    private List<LeaseInfo> leases(long now, boolean atWork) {
        List<LeaseInfo> found = new ArrayList<>();
        Map<Long, Thread> threads = threads();
        int end = pool.span; // before slots: there are as many
        Slot<R>[] all = pool.slots;
        for (int at = 0; at < end; at++) {
            long seen = all[at].word;
            if (Slot.state(seen) == Slot.LEASED) {
                LeaseInfo lease = info(all[at], Slot.stamp(seen), now, threads);
                Thread user = atWork ? all[at].user : null;
                found.add(user == null ? lease : at(lease, user.getStackTrace()));
            }
        }
        found.sort(Comparator.comparing(LeaseInfo::age).reversed());
        return found;
    }

    private static LeaseInfo at(LeaseInfo lease, StackTraceElement[] stack) {
        return new LeaseInfo(lease.number(), lease.label(), lease.thread(), lease.age(), lease.uses(), stack);
    }

    /** The one lease. */
    LeaseInfo info(Slot<R> slot, long stamp, long now) {
        return info(slot, stamp, now, threads());
    }

    private LeaseInfo info(Slot<R> slot, long stamp, long now, Map<Long, Thread> threads) {
        Note note = noteOf(slot, stamp);
        Thread user = slot.user;
        long holder = slot.holder(stamp);
        Thread thread = user != null ? user : threads.get(holder);
        return new LeaseInfo(
                slot.number,
                note == null ? "" : note.label(),
                note != null && !note.thread().isEmpty()
                        ? note.thread()
                        : thread != null ? thread.getName() : holder == 0 ? "unknown thread" : "thread " + holder,
                Duration.ofNanos(slot.seenWord == stamp ? Math.max(0, now - slot.seenSince) : 0),
                slot.uses(stamp),
                Note.stack(note));
    }

    /** What the thread does now that took it with {@code stamp}; empty if that is not known. */
    StackTraceElement[] doing(Slot<R> slot, long stamp) {
        Thread user = slot.user;
        Thread thread = user != null ? user : threads().get(slot.holder(stamp));
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }

    /** The same as something to print; null if it is not known. */
    @Nullable
    Throwable where(Slot<R> slot, long stamp) {
        StackTraceElement[] stack = doing(slot, stamp);
        if (stack.length == 0) {
            return null;
        }
        Throwable where = new Throwable("what the thread does that has it");
        where.setStackTrace(stack);
        return where;
    }

    /** The platform threads; nobody can list the virtual ones. */
    private static Map<Long, Thread> threads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        Map<Long, Thread> found = new HashMap<>();
        if (root == null) {
            return found;
        }
        while (root.getParent() != null) {
            root = root.getParent();
        }
        @Nullable Thread[] all = new Thread[root.activeCount() + 16];
        int count = root.enumerate(all);
        for (int i = 0; i < count; i++) {
            Thread each = all[i];
            if (each != null) {
                found.put(each.getId(), each);
            }
        }
        return found;
    }

    /** What is said of a lease in a report. */
    Described described(LeaseInfo lease) {
        return new Description(
                "lease of " + pool.title() + (lease.label().isEmpty() ? "" : ", " + Names.quote(lease.label())));
    }

    private record Description(String label) implements Described {
        @Override
        public String type() {
            return Lease.class.getName();
        }

        @Override
        public String scopePath() {
            return "";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }
}
