/** Bounded collections, see {@code dev.lifecycle.collect}. */
@NullMarked
package dev.lifecycle.impl.collect;

import org.jspecify.annotations.NullMarked;
