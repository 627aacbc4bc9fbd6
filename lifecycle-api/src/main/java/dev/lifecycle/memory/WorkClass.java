package dev.lifecycle.memory;

/** How much memory a piece of work may need, as far as {@link MemoryGuard#admit} is told. */
public enum WorkClass {
    /** Next to nothing: health checks, small reads. Always let in. */
    LIGHT,
    /** As most do. In an emergency half as many as were at it when that began, one at least. */
    NORMAL,
    /** Much: exports, imports, reports. None is let in in an emergency. */
    HEAVY
}
