package dev.lifecycle.testing;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Waits until objects are collected. */
final class Garbage {
    private static final int WASTE = 1 << 16; // bytes

    private Garbage() {}

    /**
     * What the waiting came to.
     *
     * @param <R> the type of the references
     * @param left those whose objects are still there
     * @param asked how many collections were asked for
     * @param ran in how many of them an object that had just become garbage was found
     * @param interrupted whether an interrupt ended the waiting; the flag is set then
     */
    record Outcome<R extends Reference<?>>(List<R> left, int asked, int ran, boolean interrupted) {

        /** Whether collections ran when asked for; without that, nothing is known of what is left. */
        boolean collectorRuns() {
            return ran > 0 && ran >= asked / 2;
        }
    }

    /** Collects until all of {@code references} are cleared or {@code nanos} have passed; looks once at least. */
    static <R extends Reference<?>> Outcome<R> await(Collection<R> references, long nanos) {
        List<R> left = new ArrayList<>(references);
        Pauses pauses = new Pauses(nanos);
        int ran = 0;
        int asked = 0;
        do {
            Reference<?> canary = canary();
            System.gc();
            asked++;
            ran += canary.refersTo(null)
                    ? 1
                    : 0; // before anything is allocated that could lead to a collection by itself
            left.removeIf(reference -> reference.refersTo(null));
            Reference.reachabilityFence(new byte[WASTE]); // an ordinary collection is as good, where it comes
        } while (!left.isEmpty() && pauses.next());
        return new Outcome<>(left, asked, ran, pauses.interrupted());
    }

    /** In a method of its own: no frame of the caller's refers to the object. */
    private static Reference<?> canary() {
        return new WeakReference<>(new Object());
    }

    /** Waits that grow from one to a hundred milliseconds, until a total time is over or the thread is interrupted. */
    static final class Pauses {
        private static final long LONGEST_MILLIS = 100;

        private final ReferenceQueue<Object> never = new ReferenceQueue<>();
        private final long start = System.nanoTime();
        private final long nanos;
        private long millis = 1;
        private boolean interrupted;

        Pauses(long nanos) {
            this.nanos = nanos;
        }

        /** Waits a little; false, without waiting, when the time is over. */
        boolean next() {
            if (left() == 0) {
                return false;
            }
            try {
                never.remove(Math.min(millis, left() / 1_000_000 + 1));
                millis = Math.min(2 * millis, LONGEST_MILLIS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                interrupted = true;
                return false;
            }
        }

        long left() {
            return Math.max(0, nanos - (System.nanoTime() - start));
        }

        boolean interrupted() {
            return interrupted;
        }
    }
}
