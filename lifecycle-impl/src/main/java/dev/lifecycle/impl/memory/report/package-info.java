/** Prints {@link dev.lifecycle.memory.MemoryReport} as a page of HTML: pure, without files or clocks. */
@NullMarked
package dev.lifecycle.impl.memory.report;

import org.jspecify.annotations.NullMarked;
