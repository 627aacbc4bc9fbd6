package dev.lifecycle.tests.scope;

import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import java.time.Duration;

/** The contract, for a scope that runs its closers on a helper thread. */
class AbandoningScopeContractTest extends ScopeContractTest {

    @Override
    Scope open() {
        return Scope.builder()
                .deadline(Duration.ofHours(1))
                .overrun(OverrunPolicy.ABANDON)
                .open();
    }
}
