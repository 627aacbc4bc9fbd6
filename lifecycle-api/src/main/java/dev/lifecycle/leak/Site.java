package dev.lifecycle.leak;

import dev.lifecycle.Names;

/**
 * A place in the source that opens things. Keep it in a {@code static final}: one stack walk when the class is loaded,
 * and nothing ever after.
 */
public interface Site {

    /**
     * Returns the place, for reports.
     *
     * @return like {@code com.acme.ChatRoutes.<clinit>(ChatRoutes.java:41)}
     */
    String text();

    /**
     * Returns the line that calls this method.
     *
     * @return a site; two calls make two sites
     */
    static Site here() {
        StackTraceElement caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst())
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElseThrow(() -> new IllegalStateException("no caller: Site.here() was called by the JVM itself"));
        return new FixedSite(caller.toString());
    }

    /**
     * Returns a site with a name of its own.
     *
     * @param name see {@link Names#check}
     * @return a site; two calls make two sites
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Site named(String name) {
        return new FixedSite(Names.check(name, "site"));
    }
}
