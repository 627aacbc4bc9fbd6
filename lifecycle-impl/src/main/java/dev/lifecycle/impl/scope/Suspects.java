package dev.lifecycle.impl.scope;

import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Names of children that were held too long: the next ones of that name are opened with their stack. */
final class Suspects {
    private static final int MAX_NAMES = 64;
    private static final int MAX_CAPTURES = 256; // for each name, each time it is found again

    /** Captures left by name. */
    private static final ConcurrentHashMap<String, AtomicInteger> NAMES = new ConcurrentHashMap<>();

    /** Whether NAMES has any: one read, for all who open a child, in a service without a leak. */
    private static volatile boolean any;

    private Suspects() {}

    static void add(String name) {
        if (NAMES.size() >= MAX_NAMES && !NAMES.containsKey(name)) { // racy: a few more names do no harm
            Iterator<String> any = NAMES.keySet().iterator(); // any of them: the newest matters most
            if (any.hasNext()) {
                NAMES.remove(any.next());
            }
        }
        NAMES.put(name, new AtomicInteger(MAX_CAPTURES));
        Suspects.any = true;
    }

    static @Nullable Throwable capture(String name) {
        if (!any) {
            return null;
        }
        AtomicInteger left = NAMES.get(name);
        return left != null && left.get() > 0 && left.getAndDecrement() > 0 ? new Throwable("opened here") : null;
    }
}
