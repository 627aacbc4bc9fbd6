package dev.lifecycle.impl.file;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.spi.LimiterConfig;
import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.LimiterClosedException;
import dev.lifecycle.task.Permit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How many calls of a {@link FileProcessor} have buffers at once: as many as the budget has room for, one at a time while memory is scarce. */
final class Admission {
    private final FileProcessorConfig config;
    private final Scope life = Scope.open(); // in no tree: it is the processor's
    private final Limiter limiter;
    private final int most;
    private volatile boolean emergency;
    private volatile int limit; // of the limiter; racy: the next call mends it

    Admission(FileProcessorConfig config) {
        this.config = config;
        most = (int) Math.min(LimiterConfig.MAX_PERMITS, config.memoryBudget() / config.bufferBytes());
        limit = most;
        limiter = Limiter.builder(config.name(), most)
                .timeSource(config.timeSource())
                .open(life);
    }

    int most() {
        return most;
    }

    int waiting() {
        return limiter.stats().waiting();
    }

    /** Takes a permit; null for a call that was made by a handler, and finds none free: it does not wait for its caller. */
    @Nullable
    Permit enter(long waitNanos, BooleanSupplier byHandler) throws Stop {
        try {
            relieve();
            Optional<Permit> free = limiter.tryAcquire();
            if (free.isPresent() || byHandler.getAsBoolean()) {
                return free.orElse(null);
            }
            return limiter.acquire(Duration.ofNanos(waitNanos));
        } catch (LimitExceededException full) {
            throw new Stop(Outcome.TIMED_OUT, Reason.PRESSURE, full);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Stop(Outcome.CANCELLED, Reason.INTERRUPTED);
        } catch (LimiterClosedException closed) {
            throw new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        }
    }

    /** Follows the pressure. */
    private void relieve() {
        int now = emergency || pressure().compareTo(Pressure.CLEANUP) >= 0 ? 1 : most;
        if (limit != now) {
            limit = now;
            limiter.resize(now);
        }
    }

    private Pressure pressure() {
        try {
            return Objects.requireNonNull(config.pressure().get(), "pressure");
        } catch (RuntimeException ofUser) {
            return Pressure.NORMAL;
        }
    }

    void emergency(boolean now) {
        emergency = now;
        try {
            relieve();
        } catch (LimiterClosedException closed) {
            return; // nobody is let in any more
        }
    }

    void close() {
        life.close();
    }
}
