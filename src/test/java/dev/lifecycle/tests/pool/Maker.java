package dev.lifecycle.tests.pool;

import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.tests.api.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes numbered things, does on the way what a test says, and keeps account: of what became of each one, and of what the pool does that it must not. Does
 * not validate or reset, see {@link Keeper}.
 */
class Maker implements ResourceFactory<Thing> {
    /** What happens on the way. */
    @FunctionalInterface
    interface Step {
        Step NOTHING = thing -> {};

        void with(Thing thing) throws Exception;
    }

    final List<Thing> made = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
    volatile Step onCreate = Step.NOTHING;
    volatile Step onDestroy = Step.NOTHING;
    volatile Step onAbort = Step.NOTHING;

    @Override
    public Thing create() throws Exception {
        Thing thing = new Thing(asked.getAndIncrement());
        onCreate.with(thing);
        made.add(thing);
        return thing;
    }

    @Override
    public void destroy(Thing thing) throws Exception {
        ended.incrementAndGet();
        if (thing.ends.incrementAndGet() > 1) {
            wrongs.add(thing + " is ended again");
        }
        call(thing, onDestroy);
    }

    @Override
    public void abort(Thing thing) throws Exception {
        thing.aborts.incrementAndGet();
        onAbort.with(thing);
    }

    final void call(Thing thing, Step step) throws Exception {
        if (thing.calls.incrementAndGet() > 1) {
            wrongs.add("two calls for " + thing + " at once");
        }
        try {
            step.with(thing);
        } finally {
            thing.calls.decrementAndGet();
        }
    }

    /** How many were made and not ended. */
    final int alive() {
        return (int) made.stream().filter(thing -> !thing.isEnded()).count();
    }

    final void awaitAlive(int count) {
        Await.until(count + " alive", () -> alive() == count);
    }
}
