package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.Scope;

/** The contract, for {@link Scope#confined}. */
class ConfinedScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.confined();
    }
}
