package dev.lifecycle.impl.file;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.PauseState;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Has a run wait while memory is scarce, for so long and no longer. */
final class Relief {
    /*
     * An episode begins when memory is scarce and ends when it is not; a run waits once in each, so that a level that never falls makes it slow and
     * does not stop it. Nothing is remembered of an episode that has ended. `onFloor` and `waited` belong to the thread of the run; scarce() is asked
     * by all workers.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TreeProcessorConfig config;
    private final Supplier<Pressure> squeezed; // by Shrinkable
    private final Ticker ticker;
    private final AtomicBoolean told = new AtomicBoolean(); // once a run
    private boolean onFloor;
    private long waited;

    Relief(TreeProcessorConfig config, Supplier<Pressure> squeezed, Ticker ticker) {
        this.config = config;
        this.squeezed = squeezed;
        this.ticker = ticker;
    }

    /** Whether no other file is to be begun with those that are in progress. */
    boolean isScarce() {
        return squeezed.get().compareTo(Pressure.CLEANUP) >= 0 || said().compareTo(Pressure.CLEANUP) >= 0;
    }

    private Pressure said() {
        try {
            return Objects.requireNonNull(config.pressure().get(), "pressure");
        } catch (VirtualMachineError failure) {
            if (!(failure instanceof StackOverflowError)) {
                throw failure;
            }
            return silent(failure);
        } catch (Throwable ofUser) {
            return silent(ofUser);
        }
    }

    private Pressure silent(Throwable thrown) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("the source of pressure of " + config.name() + " failed; it counts as none", thrown);
        }
        return Pressure.NORMAL;
    }

    /** Waits between two batches, if memory is scarce. */
    void await(BooleanSupplier isEnding) {
        if (!isScarce()) {
            onFloor = false;
            ticker.pause(PauseState.RUNNING);
            return;
        }
        if (onFloor) {
            return;
        }
        TimeSource clock = config.timeSource();
        long began = clock.nanos();
        ticker.pause(PauseState.PAUSED);
        onFloor = true;
        for (long now = began; now - began < config.maxPauseNanos(); now = clock.nanos()) {
            if (isEnding.getAsBoolean()) {
                break;
            }
            if (!isScarce()) {
                onFloor = false;
                break;
            }
            long left = config.maxPauseNanos() - (now - began);
            clock.parkNanos(this, Math.min(LOOK_NANOS, left));
            ticker.tick();
        }
        waited += clock.nanos() - began;
        ticker.pause(onFloor ? PauseState.FLOOR : PauseState.RUNNING);
    }

    /** Whether it goes on although memory is scarce: then by one thread. */
    boolean isOnFloor() {
        return onFloor;
    }

    long waitedNanos() {
        return waited;
    }
}
