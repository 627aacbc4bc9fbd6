/** Pools of resources. */
@NullMarked
package dev.lifecycle.impl.pool;

import org.jspecify.annotations.NullMarked;
