package dev.lifecycle.tests.pool;

import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ThrowingFunction;
import dev.lifecycle.tests.api.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes workers and works with them; notes what a recycler must not do: end one in use, or twice; lend one out cold, ended, or to two at once. */
final class Workshop implements ResourceFactory<Worker> {
    /** What happens on the way. */
    @FunctionalInterface
    interface Step {
        void with(Worker worker) throws Exception;
    }

    final List<Worker> made = new CopyOnWriteArrayList<>();
    final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
    final AtomicInteger mostBeingMade = new AtomicInteger();
    private final AtomicInteger beingMade = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    volatile Step onCreate = worker -> {};
    volatile Step onWarmUp = worker -> {};
    volatile Step onUse = worker -> {};

    @Override
    public Worker create() throws Exception {
        int now = beingMade.incrementAndGet();
        mostBeingMade.accumulateAndGet(now, Math::max);
        try {
            Worker worker = new Worker(asked.getAndIncrement());
            onCreate.with(worker);
            made.add(worker);
            return worker;
        } finally {
            beingMade.decrementAndGet();
        }
    }

    void warmUp(Worker worker) {
        try {
            onWarmUp.with(worker);
        } catch (Exception failed) {
            throw new IllegalStateException("cold", failed);
        }
        worker.warm = true;
    }

    @Override
    public void destroy(Worker worker) {
        if (worker.ends.incrementAndGet() > 1) {
            wrongs.add(worker + " is ended again");
        }
        if (worker.users.get() > 0) {
            wrongs.add(worker + " is ended in use");
        }
    }

    /** The body of a use. */
    Worker work(Worker worker) throws Exception {
        if (worker.users.incrementAndGet() > 1) {
            wrongs.add(worker + " has two users");
        }
        if (worker.isEnded() || !worker.warm) {
            wrongs.add(worker + " is used " + (worker.isEnded() ? "after its end" : "cold"));
        }
        try {
            worker.uses.incrementAndGet();
            onUse.with(worker);
            return worker;
        } finally {
            worker.users.decrementAndGet();
        }
    }

    /** Uses one, and says which. */
    Worker use(Recycler<Worker> recycler) throws Exception {
        ThrowingFunction<Worker, Worker, Exception> body = this::work;
        return recycler.use(body);
    }

    int alive() {
        return (int) made.stream().filter(worker -> !worker.isEnded()).count();
    }

    void awaitMade(int count) {
        Await.until(count + " made, " + made.size(), () -> made.size() >= count);
    }

    void awaitEnd(Worker worker) {
        Await.until("the end of " + worker, worker::isEnded);
    }
}
