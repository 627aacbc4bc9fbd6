package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.Scope;

/** The contract, for what {@link Scope#detachAll} returns. */
class DetachedScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.open().detachAll();
    }
}
