package dev.lifecycle.benchmarks.scope;

import java.io.Closeable;

/**
 * Resources whose open and close are one field write each; three classes, so that call sites see one type or several. They
 * are visible to others from their opening on, as a file or a connection is: no compiler can make them disappear.
 */
final class Resources {

    private Resources() {}

    static final class First implements Closeable {
        boolean open = true;

        First(Sink sink) {
            sink.first = this;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    static final class Second implements Closeable {
        boolean open = true;

        Second(Sink sink) {
            sink.second = this;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    static final class Third implements Closeable {
        boolean open = true;

        Third(Sink sink) {
            sink.third = this;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    /** Where the resources can be seen. */
    static final class Sink {
        First first;
        Second second;
        Third third;
    }
}
