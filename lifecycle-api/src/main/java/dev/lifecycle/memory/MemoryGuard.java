package dev.lifecycle.memory;

import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;

/**
 * Watches how full memory is, and does something about it in time: asks what hangs in the ownership tree to shrink, refuses heavy work in an emergency, and gives all back when that is
 * over.
 *
 * <p><b>Levels.</b> The fullest of its {@linkplain MemorySource sources} counts. A level is entered at 60, 75 or 85 percent of a limit, at once and across several levels, and left ten
 * seconds after it fell five percent below that. The live set of the heap counts, not its garbage: a healthy service that fills its heap with garbage between two collections stays at
 * {@link Pressure#NORMAL}.
 *
 * <p><b>Actions.</b> On entering a level, and every two minutes while it lasts, every {@link Shrinkable} below the open roots is asked to shrink: what is cheapest to make again first,
 * until enough is given to get below the target; those that limit work are asked in any case. A higher level does not wait for the time of a lower one. After three rounds that changed
 * nothing it asks no more until the level rises or falls: what fills memory is out of its reach. At {@link Pressure#CLEANUP} and above it then {@linkplain GuardStats#restartAdvised advises
 * a restart}, in the log and its figures; at {@link Pressure#TRIM} there is room, and what is in use for good is none of its business.
 *
 * <p><b>Giving back.</b> When an emergency ends, those that limit work are restored; when the level is back at {@link Pressure#NORMAL}, so are all others, a tenth of them a second.
 *
 * <p>All methods may be called from any thread. It has one daemon thread that reads, and one while there is somebody to tell. One reading costs some microseconds and allocates nothing;
 * it is made every five seconds, and up to twenty times a second when a limit comes closer.
 *
 * <p>It may itself be passed where a level is asked for: {@code FileProcessor.builder("uploads").pressure(guard::level)}.
 */
public interface MemoryGuard extends Managed {

    /**
     * Starts the description of a guard.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static MemoryGuardBuilder builder(String name) {
        return new MemoryGuardBuilder(name);
    }

    /**
     * Returns how scarce memory is: a volatile read.
     *
     * @return the level; {@link Pressure#NORMAL} after a close
     */
    Pressure level();

    /**
     * Lets a piece of work in, or refuses it while memory is scarce. Without an emergency: two atomic updates and a small object, none for {@link WorkClass#LIGHT}.
     *
     * @param work how much memory it may need
     * @return to be closed when it is done
     * @throws MemoryPressureException in an emergency, see {@link WorkClass}
     */
    WorkPermit admit(WorkClass work);

    /**
     * Asks for a round now, whatever the level is, as one of {@link Pressure#TRIM} at least: what a command of an operator calls. Waits for it.
     *
     * @param reason for the log; see {@link Names#check}
     * @return what was given; nothing if there was a round of that level in the time between two rounds
     * @throws IllegalArgumentException if {@code reason} cannot be printed on one line
     * @throws InterruptedException if the thread was interrupted while it waited; the round goes on
     */
    CleanupResult cleanUp(String reason) throws InterruptedException;

    /**
     * Returns its figures.
     *
     * @return as of now
     */
    GuardStats stats();

    /** Ends the watch, and restores what was asked to shrink. Idempotent. */
    @Override
    void close();
}
