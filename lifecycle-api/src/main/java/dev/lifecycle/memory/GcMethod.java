package dev.lifecycle.memory;

/** How to ask for a collection of the whole heap. */
public enum GcMethod {
    /** {@link #SYSTEM_GC}, unless whoever runs this virtual machine has switched that off: then nothing. */
    AUTO,
    /** {@link System#gc}: nothing with {@code -XX:+DisableExplicitGC}, and little at once with {@code -XX:+ExplicitGCInvokesConcurrent}. */
    SYSTEM_GC,
    /** The diagnostic command {@code GC.run}: also with {@code -XX:+DisableExplicitGC}. */
    DIAGNOSTIC_COMMAND,
    /** A histogram of what is alive: a full collection in all cases, but with Shenandoah of JDK 17, and counts the objects. The longest pause of all. */
    LIVE_HISTOGRAM
}
