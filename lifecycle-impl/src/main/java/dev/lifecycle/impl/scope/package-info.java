/** Scopes: {@code BaseScope} is the state machine, {@code Store} the slots, {@code CloseRun} the close. */
@NullMarked
package dev.lifecycle.impl.scope;

import org.jspecify.annotations.NullMarked;
