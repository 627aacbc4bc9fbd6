package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.weak.AttachmentHost;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an {@link AttachmentHost} carries: the values that maps have attached to it. */
final class Pins {
    /*
     * `pairs` is immutable: a pin, its value, a pin, its value; replaced by a compare-and-set. A host gets its Pins once: by
     * the thread whose claim is in CLAIMS. Others wait for that claim: as long as the accessors of this host take, which
     * are to be those of a field; users of other hosts wait for nobody. A claim whose thread found no room on its stack to take
     * it out again is over by a statement; who comes next takes it out.
     */
    private static final ConcurrentHashMap<Key, Claim> CLAIMS = new ConcurrentHashMap<>();
    private static final VarHandle PAIRS;

    static {
        try {
            PAIRS = MethodHandles.lookup().findVarHandle(Pins.class, "pairs", Object[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Object[] pairs = {};

    private Pins() {}

    private record Key(AttachmentHost host) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.host == host;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(host);
        }
    }

    private static final class Claim {
        private final Thread thread = Thread.currentThread();
        private volatile boolean over;
    }

    /** Returns those of {@code host}, null before the first value. */
    static @Nullable Pins known(AttachmentHost host) {
        Object carried = host.attachments();
        if (carried == null || carried instanceof Pins) {
            return (Pins) carried;
        }
        throw new IllegalStateException("attachments() of a " + host.getClass().getName() + " returns a "
                + carried.getClass().getName() + "; it must return what was given to attachments(Object)");
    }

    /** Returns those of {@code host}, which gets them if it has none. */
    static Pins of(AttachmentHost host) {
        Pins known = known(host);
        if (known != null) {
            return known;
        }
        for (Map.Entry<Key, Claim> each : CLAIMS.entrySet()) { // as a rule there is none
            if (each.getValue().over) {
                CLAIMS.remove(each.getKey(), each.getValue());
            }
        }
        Key key = new Key(host);
        Claim mine = new Claim();
        try {
            for (int looks = 0; ; looks++) {
                Claim other = CLAIMS.putIfAbsent(key, mine);
                if (other == null) {
                    return install(host);
                }
                if (other.over) {
                    CLAIMS.remove(key, other);
                } else if (other.thread == mine.thread) {
                    throw new IllegalStateException(
                            "attachments() of a " + host.getClass().getName()
                                    + " uses a map with this very key; it must only read and write a field");
                }
                Backoff.pause(looks);
            }
        } finally {
            mine.over = true; // also where the next call fails, and where putIfAbsent failed after it had put it in
            CLAIMS.remove(key, mine);
        }
    }

    private static Pins install(AttachmentHost host) {
        Pins known = known(host); // after the claim: another's is over
        if (known != null) {
            return known;
        }
        Pins fresh = new Pins();
        host.attachments(fresh);
        if (host.attachments() != fresh) {
            throw new IllegalStateException(
                    "attachments(Object) of a " + host.getClass().getName()
                            + " does not keep what it is given, or attachments() does not return it");
        }
        return fresh;
    }

    /** Holds {@code value} from now on; lets go of those whose maps are gone. */
    void add(Pin pin, Object value) {
        replace(pin, value);
    }

    void remove(Pin pin) {
        replace(pin, null);
    }

    private void replace(Pin pin, @Nullable Object value) {
        while (true) {
            Object[] seen = pairs;
            List<Object> next = new ArrayList<>(seen.length + 2);
            for (int i = 0; i < seen.length; i += 2) {
                if (seen[i] != pin && !((Pin) seen[i]).table().refersTo(null)) {
                    next.add(seen[i]);
                    next.add(seen[i + 1]);
                }
            }
            if (value != null) {
                next.add(pin);
                next.add(value);
            }
            if (PAIRS.compareAndSet(this, seen, next.toArray())) { // volatile
                return;
            }
        }
    }

    /** How many values it holds. */
    int size() {
        return pairs.length / 2;
    }
}
