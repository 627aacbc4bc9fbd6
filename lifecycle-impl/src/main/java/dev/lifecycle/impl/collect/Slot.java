package dev.lifecycle.impl.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What the eviction policy knows of an entry; the entry extends it, so that no object stands between them.
 *
 * <p>The links and the region belong to the policy and its lock. {@code uses} is written by readers without one: of two that
 * read it at once, one is forgotten, which costs nothing but a little knowledge; an entry that is read often is written no
 * more.
 */
public class Slot {
    /** In no list: not yet added, or removed. */
    static final byte NONE = 0;

    /** Among the newcomers. */
    static final byte WINDOW = 1;

    /** Among those that were chosen. */
    static final byte MAIN = 2;

    /** Without a weight: of no use to whoever needs room. */
    static final byte WEIGHTLESS = 3;

    /** More than these are not counted. */
    static final byte MAX_USES = 3;

    private static final VarHandle USES = handle();

    @Nullable
    Slot before; // the older neighbour; with the policy's lock

    @Nullable
    Slot after; // the younger neighbour; with the policy's lock

    /** Spread over all 32 bits, with a seed that users do not know. */
    public final int hash;

    @SuppressWarnings("unused") // but by USES, opaque: any value from 0 to MAX_USES will do
    private byte uses; // since the policy looked last

    byte region; // with the policy's lock

    /** Belongs to no policy yet. */
    public Slot(int hash) {
        this.hash = hash;
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup().findVarHandle(Slot.class, "uses", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** In the unit of the bound, not negative, the same for ever. */
    public int weight() {
        return 1;
    }

    /** Notes a hit; by any thread. */
    public final void use() {
        byte seen = uses(); // opaque, and so is the store: an increment may get lost
        if (seen < MAX_USES) {
            uses((byte) (seen + 1));
        }
    }

    final byte uses() {
        return (byte) USES.getOpaque(this);
    }

    final void uses(byte now) {
        USES.setOpaque(this, now);
    }
}
