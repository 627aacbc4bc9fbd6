package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.Scope;
import java.time.Duration;

/** The contract, for a scope with every setting that changes nothing here. */
class BuiltScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.builder("built")
                .deadline(Duration.ofHours(1))
                .maxResources(1_000_000)
                .maxChildren(1_000_000)
                .maxWeight(1_000_000, subject -> 1)
                .childPolicy(ChildPolicy.CLOSE)
                .onClosed(report -> {})
                .open();
    }
}
