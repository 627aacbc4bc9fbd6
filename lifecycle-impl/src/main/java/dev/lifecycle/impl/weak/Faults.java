package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.ListenerFailure;
import dev.lifecycle.weak.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of the failures of listeners: counted, always, and collected, handed over, or logged. */
final class Faults {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.weak");

    private final String name;
    private final @Nullable Consumer<? super ListenerFailure> handler;
    private final boolean collects;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong ofHandler = new AtomicLong();

    Faults(ListenersConfig config) {
        name = config.name();
        handler = config.onFailure();
        collects = handler == null && config.policy() == FailurePolicy.COLLECT;
    }

    /** The failures of one delivery. */
    static final class Collected {
        private final Throwable first;
        private final Throwable[] later = new Throwable[ListenerException.MAX_SUPPRESSED];
        private int size;

        private Collected(Throwable first) {
            this.first = first;
        }
    }

    long count() {
        return failures.get();
    }

    /**
     * Takes note of a failure; runs the handler.
     *
     * @param before what it returned for the last failure of this delivery
     * @return what there is to throw
     */
    @Nullable
    Collected failed(@Nullable Collected before, Throwable failure, Object event, @Nullable Subscription subscription) {
        long count = failures.incrementAndGet();
        if (collects) {
            return collected(before, failure);
        }
        if (handler == null) {
            log(failure, count);
        } else {
            try {
                handler.accept(new ListenerFailure(name, event, failure, subscription));
            } catch (Throwable broken) { // user code: the other listeners are still to be called
                long times = ofHandler.incrementAndGet();
                if (Long.bitCount(times) == 1) {
                    LOG.warn(
                            "the failure handler of listeners " + name + " failed, " + times + " times so far", broken);
                }
            }
        }
        return null;
    }

    private static @Nullable Collected collected(@Nullable Collected before, Throwable failure) {
        if (before == null) {
            try {
                return new Collected(failure);
            } catch (OutOfMemoryError noRoom) { // it is counted all the same, and the next one may be noted
                return null;
            }
        }
        if (before.size < before.later.length) {
            before.later[before.size++] = failure;
        }
        return before;
    }

    /** Throws what was collected, after all listeners were called. */
    void raise(@Nullable Collected collected, int failed, int delivered) {
        if (!collects) {
            return;
        }
        Throwable first = collected == null ? null : collected.first;
        ListenerException exception = new ListenerException(
                failed + " of " + (failed + delivered) + " listeners of " + name + " failed"
                        + (first == null
                                ? ""
                                : ", the first with " + first.getClass().getName()),
                first,
                failed,
                delivered);
        for (int i = 0; collected != null && i < collected.size; i++) {
            exception.addSuppressed(collected.later[i]);
        }
        throw exception;
    }

    /** Logs what nobody else is told of. */
    void log(Throwable failure, long count) {
        if (Long.bitCount(count) == 1) {
            LOG.warn("listeners of " + name + " failed, " + count + " times so far", failure);
        }
    }

    /** Logs what an emitter could not do. */
    void dropped(String why, long count, Throwable failure) {
        if (Long.bitCount(count) == 1) {
            LOG.warn(why + " for listeners " + name + ", " + count + " times so far", failure);
        }
    }
}
