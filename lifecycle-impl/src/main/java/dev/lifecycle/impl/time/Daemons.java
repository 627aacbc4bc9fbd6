package dev.lifecycle.impl.time;

/** Makes the daemon threads of the library: platform threads that keep neither locals nor a class loader of a caller. */
public final class Daemons {

    private Daemons() {}

    /**
     * Makes a thread.
     *
     * @param name what thread dumps show
     * @param body runs in it
     * @return a daemon thread, not started
     */
    public static Thread thread(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
