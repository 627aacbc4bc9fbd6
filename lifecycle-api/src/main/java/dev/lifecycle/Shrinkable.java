package dev.lifecycle;

/**
 * Gives memory back when it is scarce, and takes its bound back when it no longer is.
 *
 * <p>Both methods may be called from any thread, concurrently with ordinary use. {@link #shrink} should allocate
 * nothing: it runs when the heap is full.
 */
public interface Shrinkable {

    /**
     * Gives up what {@code level} asks for and stays smaller until {@link #restore}.
     *
     * @param level how scarce memory is; {@link Pressure#NORMAL} asks for nothing
     * @param bytesWanted how many bytes the caller would like back, at least 0; a hint, more or less may be given
     * @return the estimated bytes given up, at least 0
     */
    long shrink(Pressure level, long bytesWanted);

    /** Ends the pressure: the configured bounds hold again. Without a {@link #shrink} before it, does nothing. */
    void restore();
}
