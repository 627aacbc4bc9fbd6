package dev.lifecycle.tests.api;

/** Values whose {@code toString} is of no use. */
enum Unprintable {
    THROWING {
        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    },
    NULL {
        @Override
        public String toString() {
            return null;
        }
    }
}
