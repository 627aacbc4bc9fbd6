package dev.lifecycle.scope;

/** Something to do when a scope closes that depends on how its work ended. */
@FunctionalInterface
public interface ExitAction {

    /**
     * Called once.
     *
     * @param exit how the work of the scope ended, as far as it is known
     * @throws Exception if it fails; reported like a failing {@code close}
     */
    void run(Exit exit) throws Exception;
}
