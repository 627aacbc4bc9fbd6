package dev.lifecycle.tests.scope;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Resources that write down, in one list, when they are closed. Thread-safe. */
final class Journal {
    private final List<String> entries = Collections.synchronizedList(new ArrayList<>());

    /** A resource that closes without failure. */
    AutoCloseable resource(Object name) {
        return () -> note(name);
    }

    /** A resource whose close throws. */
    AutoCloseable failing(Object name, Throwable thrown) {
        return () -> {
            note(name);
            throw Journal.<Exception>sneak(thrown);
        };
    }

    /** Writes down {@code name}. */
    void note(Object name) {
        entries.add(name.toString());
    }

    List<String> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /** The numbers from {@code last} down to {@code first}, as they are written down. */
    static List<String> down(int last, int first) {
        return IntStream.rangeClosed(first, last)
                .map(i -> last - (i - first))
                .mapToObj(Integer::toString)
                .toList();
    }

    /** Throws anything, declared or not. */
    @SuppressWarnings("unchecked") // that is what it is for
    static <X extends Throwable> X sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
