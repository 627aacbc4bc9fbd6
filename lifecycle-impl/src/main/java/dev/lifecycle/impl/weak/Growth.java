package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.leak.Frames;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.weak.Listeners;
import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Tells when subscriptions become many, and where most of them come from. Asks nobody where, until there are half as many. */
final class Growth {
    private static final int ONE_IN = 16;
    private static final int MOST_SAMPLES = 1_024; // about so many of those that are open, however many these are
    private static final int MAX_PLACES = 64;
    private static final int FRAMES = 16;
    private static final StackTraceElement[] NO_STACK = {};

    private final String name;
    private final int above;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger next;
    private volatile @Nullable Samples samples; // null until the first one

    Growth(String name, int above) {
        this.name = name;
        this.above = above;
        this.next = new AtomicInteger(above);
    }

    /** Places by text, each with the number of open subscriptions that come from there. */
    private static final class Samples {
        final AtomicInteger open = new AtomicInteger();
        final Map<String, From> places = new ConcurrentHashMap<>();
        final Map<String, From> scopes = new ConcurrentHashMap<>();
    }

    /** A place in the source, or a path in the tree. */
    private static final class From {
        final String text;
        final StackTraceElement[] stack;
        final AtomicInteger open = new AtomicInteger();

        From(String text, StackTraceElement[] stack) {
            this.text = text;
            this.stack = stack;
        }

        static @Nullable From most(Map<String, From> all) {
            From most = null;
            for (From each : all.values()) {
                most = most == null || each.open.get() > most.open.get() ? each : most;
            }
            return most == null || most.open.get() <= 0 ? null : most;
        }

        /** Counts one more from there; nobody, where there are too many places and all are in use. */
        static @Nullable From add(Map<String, From> all, String text, StackTraceElement[] stack) {
            From known = all.get(text);
            if (known == null) {
                if (all.size() >= MAX_PLACES) { // racy: a few more do no harm
                    all.values().removeIf(from -> from.open.get() <= 0);
                    if (all.size() >= MAX_PLACES) {
                        return null;
                    }
                }
                From fresh = new From(text, stack);
                From other = all.putIfAbsent(text, fresh);
                known = other == null ? fresh : other;
            }
            known.open.incrementAndGet();
            return known;
        }
    }

    /** What is known of one subscription; ended with it. */
    record Sample(
            AtomicInteger all,
            @Nullable Object place,
            @Nullable Object scope) {
        void end() {
            all.decrementAndGet();
            if (place instanceof From from) {
                from.open.decrementAndGet();
            }
            if (scope instanceof From from) {
                from.open.decrementAndGet();
            }
        }
    }

    /** Looks at where the caller comes from if it is its turn; {@code size} may be a little off. */
    @Nullable
    Sample sample(int size, @Nullable Scope scope) {
        if (size < above / 2) {
            return null;
        }
        int oneIn = Math.max(ONE_IN, size / MOST_SAMPLES);
        return Integer.remainderUnsigned(turn.getAndIncrement(), oneIn) == 0 ? sample(scope) : null;
    }

    private @Nullable Sample sample(@Nullable Scope scope) {
        try {
            Samples all = samples;
            if (all == null) {
                samples = all = new Samples(); // racy: a sample of the other is lost
            }
            StackTraceElement[] stack = StackWalker.getInstance()
                    .walk(frames -> frames.dropWhile(frame -> Frames.isOurs(frame.getClassName()))
                            .limit(FRAMES)
                            .map(StackFrame::toStackTraceElement)
                            .toArray(StackTraceElement[]::new));
            From place = stack.length == 0 ? null : From.add(all.places, stack[0].toString(), stack);
            From path = scope == null ? null : From.add(all.scopes, Place.pathOf(scope), NO_STACK);
            all.open.incrementAndGet();
            return new Sample(all.open, place, path);
        } catch (VirtualMachineError noRoom) { // it is but a sample; the subscription itself may do without
            return null;
        }
    }

    /** Reports if {@code size} is more than was reported before. */
    void grown(int size) {
        int limit = next.get();
        if (size <= limit) {
            return;
        }
        int higher = limit > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : limit * 2;
        if (!next.compareAndSet(limit, higher)) {
            return;
        }
        try {
            Samples all = samples;
            From place = all == null ? null : From.most(all.places);
            From scope = all == null ? null : From.most(all.scopes);
            LibraryDetector.instance()
                    .report(
                            LeakReport.Kind.GROWING,
                            new Description(name, scope == null ? "" : scope.text),
                            Duration.ZERO,
                            size,
                            place == null ? NO_STACK : place.stack);
        } catch (VirtualMachineError noRoom) { // the next doubling says it again; the subscription is made
            next.compareAndSet(higher, limit);
        }
    }

    /** Says where most come from, like {@code shop.PricesView.open(PricesView.java:41), 31 of 31 sampled}; null if unknown. */
    @Nullable
    String mostFrom() {
        Samples all = samples;
        From most = all == null ? null : From.most(all.places);
        if (all == null || most == null) {
            return null;
        }
        From scope = From.most(all.scopes);
        return most.text + ", " + most.open.get() + " of " + all.open.get() + " sampled"
                + (scope == null ? "" : "; in " + scope.text + ", " + scope.open.get());
    }

    /** Does not refer to the hub. */
    private record Description(String label, String scopePath) implements Described {
        @Override
        public String type() {
            return Listeners.class.getName();
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }
}
