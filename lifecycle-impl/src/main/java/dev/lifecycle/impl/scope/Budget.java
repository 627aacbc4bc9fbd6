package dev.lifecycle.impl.scope;

import dev.lifecycle.spi.ScopeConfig;
import org.jspecify.annotations.Nullable;

/** What a scope with limits holds at the moment. Guarded by the lock of the scope. */
final class Budget {
    private final ScopeConfig limits;
    long resources;
    long children;
    long weight;

    Budget(ScopeConfig limits) {
        this.limits = limits;
    }

    static boolean isNeeded(ScopeConfig config) {
        return config.maxResources() != ScopeConfig.NO_LIMIT
                || config.maxChildren() != ScopeConfig.NO_LIMIT
                || config.maxWeight() != ScopeConfig.NO_LIMIT;
    }

    /** Takes one resource of the given weight; null, or which limit forbids it. */
    @Nullable
    String takeResource(long weighs) {
        if (resources >= limits.maxResources()) {
            return "it owns " + resources + " resources and maxResources is " + limits.maxResources();
        }
        if (weighs > limits.maxWeight() - weight) {
            return "its resources weigh " + weight + ", this one " + weighs + ", and maxWeight is "
                    + limits.maxWeight();
        }
        resources++;
        weight += weighs;
        return null;
    }

    /** Takes one child; null, or which limit forbids it. */
    @Nullable
    String takeChild() {
        if (children >= limits.maxChildren()) {
            return "it has " + children + " open children and maxChildren is " + limits.maxChildren();
        }
        children++;
        return null;
    }

    /** Gives back what was taken for something that could not be put in after all. */
    void giveBack(boolean isChild, long weighs) {
        if (isChild) {
            children--;
        } else {
            resources--;
            weight -= weighs;
        }
    }

    void clear() {
        resources = 0;
        children = 0;
        weight = 0;
    }
}
