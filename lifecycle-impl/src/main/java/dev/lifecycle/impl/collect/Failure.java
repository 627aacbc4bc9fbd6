package dev.lifecycle.impl.collect;

/** Stands in the place of a value: the load of the key failed, and fails alike until it expires. */
record Failure(Throwable cause) {}
