package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.Scope;

/** The contract, for a child of a confined scope. */
class ConfinedChildScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.confined().child();
    }
}
