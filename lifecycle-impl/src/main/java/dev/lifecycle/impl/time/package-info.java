/** The clock-driven thread of the library. */
@NullMarked
package dev.lifecycle.impl.time;

import org.jspecify.annotations.NullMarked;
