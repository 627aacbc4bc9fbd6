package dev.lifecycle.tests.collect;

import dev.lifecycle.tests.api.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Threads that do something at one time; {@link #join} gives what they returned, or throws what one of them threw. */
final class Crew<T> {
    private static final class Member<T> {
        final AtomicReference<T> result = new AtomicReference<>();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread;
        volatile boolean working;

        /** Whether it waits for something in its work, and not for a lock only. */
        boolean isParked() {
            Object blocker = LockSupport.getBlocker(thread);
            return working
                    && blocker != null
                    && !blocker.getClass().getName().startsWith(ReentrantLock.class.getName())
                    && (thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        }
    }

    /** What a member does. */
    @FunctionalInterface
    interface Work<T> {
        T run(int index) throws Exception;
    }

    private final List<Member<T>> members = new ArrayList<>();

    private Crew() {}

    /** Starts one thread. */
    static <T> Crew<T> of(Callable<T> work) {
        return of(1, index -> work.call());
    }

    /** Starts threads that begin to work together. */
    static <T> Crew<T> of(int size, Work<T> work) {
        Crew<T> crew = new Crew<>();
        CyclicBarrier start = new CyclicBarrier(size);
        for (int i = 0; i < size; i++) {
            int index = i;
            Member<T> member = new Member<>();
            member.thread = new Thread(
                    () -> {
                        try {
                            start.await();
                            member.working = true;
                            member.result.set(work.run(index));
                        } catch (Throwable thrown) {
                            member.failure.set(thrown);
                        }
                    },
                    "crew " + i);
            member.thread.setDaemon(true);
            crew.members.add(member);
        }
        crew.members.forEach(member -> member.thread.start());
        return crew;
    }

    Thread thread(int index) {
        return members.get(index).thread;
    }

    /** Waits until all of them are parked. */
    Crew<T> awaitParked() {
        for (Member<T> member : members) {
            Await.until(member.thread + " waits", member::isParked);
        }
        return this;
    }

    /** Waits for the end of all; throws if one failed. */
    List<T> join() throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Member<T> member : members) {
            Await.end(member.thread);
            if (member.failure.get() != null) {
                throw new AssertionError(member.thread.getName() + " failed", member.failure.get());
            }
            results.add(member.result.get());
        }
        return results;
    }

    /** Waits for the end of the only one; returns what it threw. */
    Throwable failure() throws InterruptedException {
        Await.end(members.get(0).thread);
        Throwable failure = members.get(0).failure.get();
        if (failure == null) {
            throw new AssertionError("nothing was thrown; " + members.get(0).result + " was returned");
        }
        return failure;
    }

    /** Runs threads to their end. */
    static <T> List<T> run(int size, Work<T> work) throws InterruptedException {
        return of(size, work).join();
    }
}
