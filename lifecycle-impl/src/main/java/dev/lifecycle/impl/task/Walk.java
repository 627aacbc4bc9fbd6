package dev.lifecycle.impl.task;

import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Goes over the tasks of all lanes, some at a time. */
final class Walk extends Spliterators.AbstractSpliterator<Task<?>> {
    private static final int AT_ONCE = 256;

    private final Lane[] lanes;
    private final @Nullable Task<?>[] page;
    private int lane;
    private long from;
    private int at;
    private int count;

    Walk(Lane[] lanes) {
        super(Long.MAX_VALUE, Spliterator.NONNULL | Spliterator.DISTINCT);
        this.lanes = lanes;
        this.page = new @Nullable Task<?>[AT_ONCE];
    }

    Stream<Task<?>> stream() {
        return StreamSupport.stream(this, false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Task<?>> action) {
        while (at == count) {
            if (lane == lanes.length) {
                return false;
            }
            count = lanes[lane].copy(from, page);
            at = 0;
            if (count == 0) {
                lane++;
                from = 0;
            }
        }
        Task<?> task = page[at];
        page[at++] = null;
        if (task != null) {
            from = task.sequence + 1;
            action.accept(task);
        }
        return true;
    }
}
