package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.ref.WeakReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Stands among the listeners for one whose owner is held weakly; its function is held strongly. */
final class WeakListener<O, E> extends WeakReference<O> implements Consumer<E>, Reaper.Reapable {
    private final BiConsumer<? super O, ? super E> function;
    private final Entry<E> entry;

    WeakListener(O owner, BiConsumer<? super O, ? super E> function, Entry<E> entry) {
        super(owner, Reaper.queue());
        this.function = function;
        this.entry = entry;
    }

    /** Delivers, unless the owner is gone; returns whether it did. */
    boolean deliver(E event) {
        O owner = get();
        if (owner == null) {
            return false;
        }
        function.accept(owner, event);
        return true;
    }

    @Override
    public void accept(E event) {
        deliver(event);
    }

    @Override
    public void reap() {
        entry.ownerGone();
    }
}
