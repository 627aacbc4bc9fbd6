package dev.lifecycle.scope;

/** What happens to a resource that a scope refuses, because it is closed or its budget is spent. */
public enum LateAdd {
    /** It is released at once on the calling thread, and the call throws. */
    CLOSE,
    /** It stays with the caller, and the call throws. */
    REFUSE
}
