/** Maps, interners and registries that hold what they know weakly, and listeners that end with their owners. */
@NullMarked
package dev.lifecycle.impl.weak;

import org.jspecify.annotations.NullMarked;
