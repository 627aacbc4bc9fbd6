package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** An entry: refers weakly to what may be collected, strongly to what goes with it. 40 bytes on HotSpot, none of them spare. */
final class WeakNode extends WeakReference<Object> implements Reaper.Reapable {
    private static final VarHandle ITEM;

    static {
        try {
            ITEM = MethodHandles.lookup().findVarHandle(WeakNode.class, "item", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int hash;
    private final @Nullable WeakTable table; // null: not in one

    /** Where the referent is a key: its value, null once it has none. Where the referent is a value: its key, for ever. */
    private volatile @Nullable Object item;

    WeakNode(Object referent, int hash, @Nullable WeakTable table, Object item) {
        super(referent, Reaper.queue());
        this.hash = hash;
        this.table = table;
        ITEM.set(this, item); // plain: it is published by a release, or behind a lock
    }

    @Nullable
    Object item() {
        return item;
    }

    /** Acquire: pairs with the volatile writes of the others, of what is in the item and of what is said about it. */
    @Nullable
    Object itemAcquire() {
        return ITEM.getAcquire(this);
    }

    /** Plain: where the item never changes, the release of the slot has published it. */
    @Nullable
    Object itemPlain() {
        return ITEM.get(this);
    }

    boolean replaceItem(Object before, @Nullable Object after) {
        return ITEM.compareAndSet(this, before, after); // volatile
    }

    /** Takes the item away, for ever: what it was, or null if somebody else did. */
    @Nullable
    Object takeItem() {
        return ITEM.getAndSet(this, null); // volatile
    }

    @Override
    public void reap() {
        if (table != null) {
            table.reap(this);
        }
    }
}
