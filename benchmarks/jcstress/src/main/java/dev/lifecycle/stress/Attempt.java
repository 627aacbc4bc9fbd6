package dev.lifecycle.stress;

import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.scope.WrongScopeThreadException;

/** Names what came of an operation that may be refused; an exception that the contract does not allow ends the test. */
final class Attempt {

    /** The operation. */
    @FunctionalInterface
    interface Operation {
        void run();
    }

    private Attempt() {}

    /**
     * Returns {@code done}, or "refused", "full" or "stranger" (by a scope), "gone" (by a used-up handle), "below" (by the
     * tree).
     */
    static String of(String done, Operation operation) {
        try {
            operation.run();
            return done;
        } catch (ScopeClosedException e) {
            return "refused";
        } catch (ScopeFullException e) {
            return "full";
        } catch (UseAfterCloseException e) {
            return "gone";
        } catch (WrongScopeThreadException e) {
            return "stranger";
        } catch (IllegalArgumentException e) {
            return "below";
        }
    }
}
