/** What an implementation provides, and the settings it receives. Not for callers. */
@NullMarked
package dev.lifecycle.spi;

import org.jspecify.annotations.NullMarked;
