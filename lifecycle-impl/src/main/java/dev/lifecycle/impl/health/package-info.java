/** Health: one walk of the tree, reports, and a server that answers. */
@NullMarked
package dev.lifecycle.impl.health;

import org.jspecify.annotations.NullMarked;
