/** Files, streams and trees in constant memory: behind {@code dev.lifecycle.file}. */
@NullMarked
package dev.lifecycle.impl.file;

import org.jspecify.annotations.NullMarked;
