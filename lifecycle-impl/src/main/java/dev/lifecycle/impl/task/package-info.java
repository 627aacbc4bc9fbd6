/** What happens later, or beside the caller. */
@NullMarked
package dev.lifecycle.impl.task;

import org.jspecify.annotations.NullMarked;
