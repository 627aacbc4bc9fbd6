/** What the capabilities share to stand in the ownership tree: descriptions of nodes, and the reaper of collected ones. */
@NullMarked
package dev.lifecycle.impl.tree;

import org.jspecify.annotations.NullMarked;
