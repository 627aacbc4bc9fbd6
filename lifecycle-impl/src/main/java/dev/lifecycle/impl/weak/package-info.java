/** What refers to others without keeping them. */
@NullMarked
package dev.lifecycle.impl.weak;

import org.jspecify.annotations.NullMarked;
