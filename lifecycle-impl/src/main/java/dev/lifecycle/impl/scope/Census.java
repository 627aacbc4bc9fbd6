package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what hangs in the tree, wherever: a snapshot leaves out the oldest of many children, this does not. */
public final class Census {
    private static final int MOST = 10_000; // of scopes and of what is found: it is looked for while memory is scarce

    private Census() {}

    /**
     * What was found.
     *
     * @param scope where it hangs
     * @param component what hangs there
     * @param <T> what was looked for
     */
    public record Found<T>(Scope scope, T component) {
        /** The path of the scope. */
        public String scopePath() {
            return Place.pathOf(scope);
        }
    }

    /**
     * Lists the open scopes below one, with it, but for confined ones.
     *
     * @param top an open scope; null for all roots
     * @return the first ten thousand
     */
    public static List<Found<Scope>> scopes(@Nullable Scope top) {
        List<Found<Scope>> found = new ArrayList<>();
        Deque<BaseScope> open = from(top);
        for (BaseScope at = open.poll(); at != null && found.size() < MOST; at = open.poll()) {
            found.add(new Found<>(at, at));
            at.openChildren(open);
        }
        return found;
    }

    /**
     * Lists what hangs below a scope, level by level, but for scopes. Confined scopes are left out, as they are their thread's.
     *
     * @param top an open scope; null for all roots
     * @param type what to look for
     * @param <T> the same
     * @return the first ten thousand
     */
    public static <T> List<Found<T>> below(@Nullable Scope top, Class<T> type) {
        List<Found<T>> found = new ArrayList<>();
        walk(top, type, found);
        return found;
    }

    /**
     * Does the same, and says whether that was all.
     *
     * @param top an open scope; null for all roots
     * @param type what to look for
     * @param found gets the first ten thousand
     * @param <T> what to look for
     * @return whether the walk came to its end
     */
    public static <T> boolean walk(@Nullable Scope top, Class<T> type, List<Found<T>> found) {
        Deque<BaseScope> open = from(top);
        int scopes = 0;
        BaseScope at = open.poll();
        for (; at != null && found.size() < MOST && scopes < MOST; at = open.poll()) {
            at.components(type, found);
            at.openChildren(open);
            scopes++;
        }
        return at == null;
    }

    private static Deque<BaseScope> from(@Nullable Scope top) {
        Deque<BaseScope> open = new ArrayDeque<>();
        if (top instanceof BaseScope ours) {
            open.add(ours);
        } else if (top == null) {
            Roots.addTo(open);
        }
        return open;
    }
}
