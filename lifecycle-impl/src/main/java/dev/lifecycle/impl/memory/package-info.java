/** Memory: its sources, levels, who is asked to shrink, what is in the heap and how long it takes to count it. */
@NullMarked
package dev.lifecycle.impl.memory;

import org.jspecify.annotations.NullMarked;
