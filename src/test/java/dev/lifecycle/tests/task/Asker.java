package dev.lifecycle.tests.task;

import dev.lifecycle.tests.api.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A thread that asks for something, and what became of it. */
public final class Asker<T> {
    private final FutureTask<T> task;
    public final Thread thread;

    private Asker(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = new Thread(task, "asker");
        thread.setDaemon(true);
        thread.start();
    }

    public static <T> Asker<T> of(Callable<T> work) {
        return new Asker<>(work);
    }

    public static <T> List<Asker<T>> some(int count, Callable<T> work) {
        List<Asker<T>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(of(work));
        }
        return all;
    }

    public boolean isDone() {
        return task.isDone();
    }

    public T result() throws Exception {
        Await.end(thread);
        return task.get();
    }

    public Throwable failure() throws InterruptedException {
        Await.end(thread);
        try {
            throw new AssertionError("nothing was thrown; returned " + task.get());
        } catch (java.util.concurrent.ExecutionException thrown) {
            return thrown.getCause();
        }
    }
}
