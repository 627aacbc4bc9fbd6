/** The leak detector: tokens of open objects in striped lists, the reports that come of them, and who is told. */
@NullMarked
package dev.lifecycle.impl.leak;

import org.jspecify.annotations.NullMarked;
