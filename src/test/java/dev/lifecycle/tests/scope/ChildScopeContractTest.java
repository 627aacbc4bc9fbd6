package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.Scope;

/** The contract, for a child of a thread-safe scope. */
class ChildScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.open().child("child");
    }
}
