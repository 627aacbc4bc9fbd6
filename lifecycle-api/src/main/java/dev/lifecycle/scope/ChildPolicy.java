package dev.lifecycle.scope;

/** What a scope that closes thinks of children that are still open. They are closed in any case. */
public enum ChildPolicy {
    /** Nothing: closing them is what the parent is for. */
    CLOSE,
    /** A leak: each is reported as {@link dev.lifecycle.leak.LeakReport.Kind#OUTLIVED_SCOPE}. */
    REPORT,
    /** An error: reported, and {@code close} fails with an {@link OpenChildrenException} after all is released. */
    STRICT
}
