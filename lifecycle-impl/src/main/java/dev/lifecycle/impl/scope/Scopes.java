package dev.lifecycle.impl.scope;

import dev.lifecycle.Names;
import dev.lifecycle.impl.tree.Components;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.ScopeConfig;
import org.jspecify.annotations.Nullable;

/** Opens scopes that have a name or settings. */
public final class Scopes {

    private Scopes() {}

    /** See {@link Scope#open(String)}. */
    public static Scope root(String name) {
        return root(new Node(new SharedScope(), Names.check(name, "name"), null));
    }

    /** See {@link dev.lifecycle.scope.ScopeBuilder#open(Scope)}. */
    public static Scope built(ScopeConfig config, @Nullable Scope owner) {
        BaseScope scope = config.confined() ? new ConfinedScope() : new SharedScope();
        Node node = new Node(scope, config.name(), new Settings(config));
        BaseScope opened = owner == null ? root(node) : below(node, Refusal.ours(owner, "owner"));
        if (config.heldLongerThanNanos() != ScopeConfig.NO_LIMIT) {
            try {
                HeldSweep.start(opened, config.heldLongerThanNanos());
            } catch (Throwable noThread) { // the scope is open already: it must not be lost
                Tracking.LOG.warn(
                        "scope " + Refusal.path(opened) + ": nobody looks whether it is held too long", noThread);
            }
        }
        return opened;
    }

    private static BaseScope below(Node node, BaseScope parent) {
        if (parent.isShared() != node.scope.isShared()) {
            throw new IllegalArgumentException("owner is " + (parent.isShared() ? "thread-safe" : "confined")
                    + " and the scope to open is not; open both with confined() or both without");
        }
        if (!parent.isShared()) {
            node.scope.threadRelease(parent.closer()); // null once the parent was freed from its thread
        }
        return parent.adopt(node);
    }

    private static BaseScope root(Node node) {
        BaseScope scope = node.scope;
        scope.node = node;
        scope.word = BaseScope.COLD | (node.budget == null ? 0 : BaseScope.LIMITED);
        node.opened();
        if (node.name != null) {
            Tracking.begin(node, node.name);
            Components.opened(scope);
        }
        return scope;
    }
}
