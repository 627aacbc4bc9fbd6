package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.CloseAction;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.ExitAction;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Release;
import org.jspecify.annotations.Nullable;

/** What stands in a slot of a scope when it is more than a plain {@link AutoCloseable}, which stands there itself. */
abstract class Entry {

    /** Releases it; called once, by the thread that closes the scope, outside every lock. */
    abstract void release(Exit exit) throws Exception;

    /** The class of what it is about, for reports. */
    abstract Class<?> type();

    @Nullable
    Label label() {
        return null;
    }

    /** A value with its own way of release. */
    static final class Adopted<R> extends Entry {
        private final R value;
        private final Release<? super R> release;

        Adopted(R value, Release<? super R> release) {
            this.value = value;
            this.release = release;
        }

        @Override
        void release(Exit exit) throws Exception {
            release.release(value);
        }

        @Override
        Class<?> type() {
            return value.getClass();
        }
    }

    /** An action. */
    static final class Deferred extends Entry {
        private final CloseAction action;

        Deferred(CloseAction action) {
            this.action = action;
        }

        @Override
        void release(Exit exit) throws Exception {
            action.run();
        }

        @Override
        Class<?> type() {
            return action.getClass();
        }
    }

    /** An action that is told how the work ended. */
    static final class ExitHook extends Entry {
        private final ExitAction action;

        ExitHook(ExitAction action) {
            this.action = action;
        }

        @Override
        void release(Exit exit) throws Exception {
            action.run(exit);
        }

        @Override
        Class<?> type() {
            return action.getClass();
        }
    }
}
