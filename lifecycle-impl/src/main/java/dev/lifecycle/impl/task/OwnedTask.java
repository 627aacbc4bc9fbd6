package dev.lifecycle.impl.task;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import org.jspecify.annotations.Nullable;

/** What ties a task to the scope that owns it: the one hears when the other ends. */
final class OwnedTask<T extends @Nullable Object> extends Watcher implements Label {
    private final Manager manager;
    private final Object owner; // to tell those of one scope
    private @Nullable Owned<?> inScope; // written before the task is known
    private volatile String path = "";
    private volatile @Nullable Task<T> task;
    private volatile boolean ended; // the scope is
    private volatile boolean told;

    OwnedTask(Manager manager, Object owner) {
        this.manager = manager;
        this.owner = owner;
    }

    void enters(Owned<?> handle, String scope) {
        inScope = handle;
        path = scope;
    }

    String path() {
        return path;
    }

    /** Called when it is accepted: before that nobody may cancel it. */
    void isTask(Task<T> mine) {
        task = mine;
        if (ended) { // volatile, after the write: the scope may have found no task to cancel
            tell();
        }
    }

    /** Called once, when the scope closes: cancels its tasks, and waits for this one. */
    void scopeEnded() throws InterruptedException {
        ended = true;
        if (!told) { // the first one of this scope tells the others, too: they end at the same time, then
            manager.registered().forEach(each -> {
                if (each instanceof Task.OfScope<?> other && other.link().owner == owner) {
                    other.link().tell();
                }
            });
        }
        Task<T> mine = task;
        if (mine != null) {
            tell();
            if (!isCallers(mine)) {
                mine.await(manager.clock, manager.graceNanos());
            }
        }
    }

    /** Cancels it, unless the calling thread is in it. */
    private void tell() {
        told = true;
        Task<T> mine = task;
        if (mine != null && !isCallers(mine)) {
            mine.cancel("scope " + path + " has closed");
        }
    }

    private static boolean isCallers(Task<?> mine) {
        Run run = mine.run();
        return run != null && run.thread() == Thread.currentThread() && mine.isInside();
    }

    @Override
    void done(Task<?> mine, boolean onTimer) {
        leave();
    }

    void leave() {
        Owned<?> handle = inScope;
        if (handle != null) {
            try {
                handle.release();
            } catch (LifecycleException gone) { // the scope is at it
                return;
            }
        }
    }

    @Override
    public String text() {
        Task<T> mine = task;
        return mine == null
                ? "a task of " + manager.name()
                : "task " + mine.id() + " \"" + mine.times.spec.name() + "\" of " + manager.name();
    }
}
