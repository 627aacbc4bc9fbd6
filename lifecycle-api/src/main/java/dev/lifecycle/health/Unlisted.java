package dev.lifecycle.health;

/**
 * What a {@link HealthSnapshot} does not show. Counts are exact, unless {@code complete} is false.
 *
 * @param guards left out of the list
 * @param leaks left out of the list
 * @param backgroundTasks left out of the list
 * @param pools left out of the list
 * @param buffers left out of the list
 * @param caches left out of the list
 * @param trackers left out of the list
 * @param reasons left out of the list
 * @param failed components that threw when they were asked; the first of a kind is logged
 * @param complete whether the whole tree was walked: a walk ends after ten thousand scopes or components
 */
public record Unlisted(
        long guards,
        long leaks,
        long backgroundTasks,
        long pools,
        long buffers,
        long caches,
        long trackers,
        long reasons,
        long failed,
        boolean complete) {

    /** Nothing is left out. */
    public static final Unlisted NOTHING = new Unlisted(0, 0, 0, 0, 0, 0, 0, 0, 0, true);
}
