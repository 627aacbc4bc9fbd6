package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakInternerConfig;
import dev.lifecycle.weak.WeakInterner;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Instances by equality, held weakly. */
public final class Interner<E> extends Registry<E> implements WeakInterner<E> {
    private static final Object NOTHING = new Object(); // the item of every node: there is nothing to go with it

    private final int seed = ThreadLocalRandom.current().nextInt();

    private Interner(WeakInternerConfig config) {
        super(config.name(), Kind.WEAK_INTERNER, null, config.timeSource());
    }

    /** See {@link WeakInterner.Builder#open(Scope)}. */
    public static <E> WeakInterner<E> open(WeakInternerConfig config, @Nullable Scope owner) {
        Interner<E> interner = new Interner<>(config);
        interner.enter(owner, WeakInterner.class);
        return interner;
    }

    @Override
    public E intern(E candidate) {
        int hash =
                WeakTable.spread(Objects.requireNonNull(candidate, "candidate").hashCode(), seed);
        E known = find(candidate, hash);
        if (known != null) {
            return known;
        }
        Identity.check(candidate, "candidate", name(), "Equal ones are as good as one");
        WeakNode fresh = new WeakNode(candidate, hash, table, NOTHING);
        while (true) {
            int version = table.version(hash);
            known = find(candidate, hash);
            if (known != null) {
                return known;
            }
            switch (table.put(fresh, null, version)) {
                case PUT -> {
                    Reference.reachabilityFence(candidate);
                    return candidate;
                }
                case REFUSED -> throw closed();
                case CHANGED -> {}
            }
        }
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    private @Nullable E find(E candidate, int hash) {
        @Nullable WeakNode[] slots = table.slots(hash);
        if (slots == null) {
            return null;
        }
        int mask = slots.length - 1;
        for (int i = hash & mask; ; i = i + 1 & mask) {
            WeakNode node = WeakTable.at(slots, i);
            if (node == null) {
                return null;
            }
            if (node.hash == hash && node != WeakTable.GONE) {
                if (node.refersTo(candidate)) {
                    return candidate;
                }
                Object other = node.get();
                if (other != null && candidate.equals(other)) {
                    return (E) other;
                }
            }
        }
    }

    @Override
    @Nullable
    E leave(WeakNode node) {
        return null; // nobody is told: there is no hook
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        return table.invariantsHold();
    }
}
