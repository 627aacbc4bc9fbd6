package dev.lifecycle.impl.scope;

import dev.lifecycle.Shrinkable;
import dev.lifecycle.scope.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what can shrink in the tree. */
public final class Shrinkables {
    private static final int MOST = 10_000; // of scopes and of what is found: it is looked for while memory is scarce

    private Shrinkables() {}

    /**
     * Lists what hangs below a scope, level by level. Confined scopes are left out, as they are their thread's.
     *
     * @param top an open scope; null for all roots
     * @return the first ten thousand
     */
    public static List<Shrinkable> below(@Nullable Scope top) {
        Deque<BaseScope> open = new ArrayDeque<>();
        if (top instanceof BaseScope ours) {
            open.add(ours);
        } else if (top == null) {
            Roots.addTo(open);
        }
        List<Shrinkable> found = new ArrayList<>();
        int scopes = 0;
        for (BaseScope at = open.poll(); at != null && found.size() < MOST && scopes < MOST; at = open.poll()) {
            at.shrinkables(found);
            at.openChildren(open);
            scopes++;
        }
        return found;
    }
}
