package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.Scope;

/** The contract, for {@link Scope#open()}. */
class SharedScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.open();
    }
}
