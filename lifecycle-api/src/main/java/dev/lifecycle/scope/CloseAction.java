package dev.lifecycle.scope;

/** Something to do when a scope closes. */
@FunctionalInterface
public interface CloseAction {

    /**
     * Called once.
     *
     * @throws Exception if it fails; reported like a failing {@code close}
     */
    void run() throws Exception;
}
