package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.memory.Request;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A request, as its user holds it. Nothing else refers to it: one that is dropped leaves no more behind than its frame in {@link RequestIds}. */
final class OpenRequest implements Request {
    final RouteCell cell;
    final String route;
    final String id;
    final long[] word; // of RequestIds; with how things stood as this began, until it ends
    final long open;
    private final RequestBook book;

    OpenRequest(RequestBook book, RouteCell cell, String route, String id, long[] word) {
        this.book = book;
        this.cell = cell;
        this.route = route;
        this.id = id;
        this.word = word;
        this.open = word[0];
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public Runnable wrap(Runnable body) {
        return wrapped(id, Objects.requireNonNull(body, "body"));
    }

    private static Runnable wrapped(String id, Runnable body) {
        return () -> {
            long[] frame = RequestIds.begin(id, null);
            long mine = frame[0];
            try {
                body.run();
            } finally {
                RequestIds.endHere(frame, mine);
            }
        };
    }

    @Override
    public <T extends @Nullable Object> Callable<T> wrap(Callable<T> body) {
        return wrapped(id, Objects.requireNonNull(body, "body"));
    }

    private static <T extends @Nullable Object> Callable<T> wrapped(String id, Callable<T> body) {
        return () -> {
            long[] frame = RequestIds.begin(id, null);
            long mine = frame[0];
            try {
                return body.call();
            } finally {
                RequestIds.endHere(frame, mine);
            }
        };
    }

    @Override
    public void close() {
        book.end(this);
    }

    @Override
    public String toString() {
        return "[" + id + "] " + route;
    }
}
