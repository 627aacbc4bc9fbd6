package dev.lifecycle.testing;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fails a test when something outlives it: opened at the start of the test, best in a try-with-resources statement, it
 * throws a {@link LeakFoundError} when it is closed.
 *
 * {@snippet class="dev.lifecycle.tests.testing.LeakProbeExampleTest" region="probe"}
 *
 * <table class="striped">
 * <caption>What it finds</caption>
 * <tr><th scope="col">A leak</th><th scope="col">is</th><th scope="col">asked for by</th></tr>
 * <tr><td>in the probe's scope</td>
 *     <td>a child scope, lease or other component, save plain resources, that is still open</td>
 *     <td>{@link #scope}, always</td></tr>
 * <tr><td>of a component</td><td>one that is not closed</td><td>{@link #expectClosed}</td></tr>
 * <tr><td>of an object</td><td>one that can still be reached</td><td>{@link #expectCollected}</td></tr>
 * <tr><td>of a root</td><td>a named scope without a parent that was opened since and is open</td>
 *     <td>{@link #watchRoots}</td></tr>
 * <tr><td>of a thread</td><td>one that was started since and is alive</td><td>{@link #watchThreads()}</td></tr>
 * </table>
 *
 * <p>The first three depend on what is handed to the probe and on nothing else that happens in the JVM: tests may run in
 * parallel, and the work of a test may run on any threads. The last two look at the whole JVM: use them where no other
 * test runs at the same time.
 *
 * <p>Thread-safe. Needs the implementation, save {@link #awaitCollected(Reference)}.
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public final class LeakProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration COLLECTION = Duration.ofSeconds(30);

    private final String name;
    private final Site opened;
    private final long patienceNanos;
    private final Scope scope;
    private final ReentrantLock lock = new ReentrantLock();
    private final Expectations expected = new Expectations(); // guarded by lock until closed, then by who closed it
    private @Nullable Throwable closed; // guarded by lock

    private LeakProbe(String name, Duration patience) {
        this.name = Names.check(name, "name");
        this.opened = caller();
        this.patienceNanos = positive(patience, "patience");
        // the deadline also ends the waiting for leases
        this.scope = Scope.builder(name).deadline(patience).site(opened).open();
    }

    /**
     * Opens a probe with the name {@code probe}.
     *
     * @return an open probe
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public static LeakProbe open() {
        return open("probe");
    }

    /**
     * Opens a probe that waits for what is about to end for up to 10 seconds.
     *
     * @param name of the probe and of its scope, see {@link dev.lifecycle.Names#check}
     * @return an open probe
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public static LeakProbe open(String name) {
        return open(name, PATIENCE);
    }

    /**
     * Opens a probe.
     *
     * @param name of the probe and of its scope, see {@link dev.lifecycle.Names#check}
     * @param patience how long {@link #close} waits for leases to be given back, and again for objects to be collected
     *     and threads to end, before it counts them as leaks; longer than zero
     * @return an open probe
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line, or {@code patience} is not positive
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public static LeakProbe open(String name, Duration patience) {
        return new LeakProbe(name, patience);
    }

    /**
     * Returns the root scope to hand to the subject of the test. Plain resources in it are closed by the probe; all
     * else must be closed when the test ends. A subject that keeps components open for as long as its owner lives is
     * given a child of this scope, which the test closes.
     *
     * @return always the same scope; the probe closes it
     */
    public Scope scope() {
        return scope;
    }

    /**
     * Expects that {@code object} can be collected once the probe's scope is closed. Held weakly.
     *
     * <p>What a local variable of the running test refers to cannot be collected, not even after its block: create the
     * object in a method of its own.
     *
     * @param object anything
     * @param <T> its type
     * @return {@code object}
     * @throws ScopeClosedException if the probe is closed
     */
    public <T> T expectCollected(T object) {
        Objects.requireNonNull(object, "object");
        expect(() -> expected.collected(object, caller()));
        return object;
    }

    /**
     * Expects that {@code component} is closed when the probe is: for one that is not below the probe's scope.
     *
     * @param component anything; held until the probe is closed
     * @param <T> its type
     * @return {@code component}
     * @throws ScopeClosedException if the probe is closed
     */
    public <T extends Managed> T expectClosed(T component) {
        Objects.requireNonNull(component, "component");
        expect(() -> expected.closed(component, caller()));
        return component;
    }

    /**
     * Expects that every named scope without a parent that is opened from now on, anywhere in the JVM, is closed when the
     * probe is. Not for tests that run in parallel.
     *
     * <p>A root that was dropped and collected meanwhile is not seen here; it is reported to {@link
     * dev.lifecycle.leak.LeakDetector#library}.
     *
     * @return this
     * @throws LifecycleException if more roots are open than {@link Lifecycle#roots} lists: new ones could not be told
     * @throws ScopeClosedException if the probe is closed
     */
    public LeakProbe watchRoots() {
        Set<Long> before = Expectations.roots(); // the code of strangers describes them: not under the lock
        expect(() -> expected.noNewRoots(before));
        return this;
    }

    /**
     * Expects that every platform thread that is started from now on, anywhere in the JVM, has ended soon after the probe
     * is closed. Threads that the JDK and this library start by themselves and keep are left out. Not for tests that run
     * in parallel.
     *
     * @return this
     * @throws ScopeClosedException if the probe is closed
     */
    public LeakProbe watchThreads() {
        expect(() -> expected.noNewThreads(null));
        return this;
    }

    /**
     * Expects that every platform thread that is started from now on, whose name starts with {@code namePrefix}, has
     * ended soon after the probe is closed. In tests that run in parallel the prefix must be the test's own.
     *
     * @param namePrefix how the name of the thread starts when the probe is closed; not empty
     * @return this
     * @throws IllegalArgumentException if {@code namePrefix} is empty
     * @throws ScopeClosedException if the probe is closed
     */
    public LeakProbe watchThreads(String namePrefix) {
        if (Objects.requireNonNull(namePrefix, "namePrefix").isEmpty()) {
            throw new IllegalArgumentException("namePrefix is empty; use watchThreads() to watch all threads");
        }
        expect(() -> expected.noNewThreads(namePrefix));
        return this;
    }

    private void expect(Runnable registration) {
        lock.lock();
        try {
            if (closed != null) {
                throw new ScopeClosedException("probe " + name + " is closed; it expects nothing any more", closed);
            }
            registration.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks what is still open, closes the probe's scope, waits for what is to be collected and for threads to end, and
     * fails if anything is left. Idempotent: a second call does nothing.
     *
     * @throws LeakFoundError if anything outlived the probe; what the close of a resource threw is suppressed in it
     * @throws dev.lifecycle.scope.CloseException if nothing did, and a resource of the scope failed to close with a
     *     checked exception; unchecked ones and errors pass as they are
     * @throws LifecycleException if nothing was found until the thread was interrupted, and not all was looked at; the
     *     flag stays set
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed != null) {
                return;
            }
            closed = new Throwable(
                    "closed here, by thread " + Thread.currentThread().getName());
        } finally {
            lock.unlock();
        }
        Findings findings = new Findings(name, opened, scope.snapshot());
        Throwable failure = null;
        try {
            scope.close();
        } catch (Throwable thrown) { // thrown below, unless a leak is the better news
            failure = thrown;
        }
        expected.check(findings, patienceNanos);
        findings.throwWith(failure);
    }

    /**
     * Collects until {@code ref} is cleared, for up to 30 seconds. Needs no implementation.
     *
     * @param ref weak or phantom
     * @throws AssertionError if its object can still be reached, or if the collector does not run when asked to
     * @throws IllegalArgumentException if {@code ref} is soft: it keeps its object while there is memory
     * @throws LifecycleException if the thread was interrupted before; the flag stays set
     */
    public static void awaitCollected(Reference<?> ref) {
        awaitCollected(ref, COLLECTION);
    }

    /**
     * Collects until {@code ref} is cleared, for up to {@code timeout}. Needs no implementation.
     *
     * {@snippet class="dev.lifecycle.tests.testing.LeakProbeExampleTest" region="await"}
     *
     * @param ref weak or phantom
     * @param timeout how long at most; longer than zero. A collection that has begun is waited for
     * @throws AssertionError if its object can still be reached, or if the collector does not run when asked to
     * @throws IllegalArgumentException if {@code ref} is soft: it keeps its object while there is memory; or if {@code
     *     timeout} is not positive
     * @throws LifecycleException if the thread was interrupted before; the flag stays set
     */
    public static void awaitCollected(Reference<?> ref, Duration timeout) {
        Objects.requireNonNull(ref, "ref");
        long nanos = positive(timeout, "timeout");
        if (ref instanceof SoftReference) {
            throw new IllegalArgumentException(
                    "ref is a SoftReference; it is cleared when memory is short and not before. Use a WeakReference");
        }
        if (ref.refersTo(null)) {
            return; // an earlier collection did it
        }
        Garbage.Outcome<?> outcome = Garbage.await(List.of(ref), nanos);
        if (outcome.left().isEmpty()) {
            return;
        }
        if (outcome.interrupted()) {
            throw new LifecycleException("interrupted while waiting for an object to be collected");
        }
        if (!outcome.collectorRuns()) {
            throw new AssertionError(Findings.noCollector(outcome));
        }
        Object object = ref.get(); // null for a phantom reference
        throw new AssertionError("the object of the reference"
                + (object == null ? "" : ", a " + object.getClass().getName() + ",") + " is still reachable after "
                + outcome.asked() + " collections in " + timeout + ". " + Findings.LOCALS);
    }

    private static long positive(Duration value, String what) {
        Objects.requireNonNull(value, what);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be longer than zero");
        }
        return TimeUnit.NANOSECONDS.convert(value);
    }

    /** The line of the test. */
    private static Site caller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getClassName().startsWith(LeakProbe.class.getName()))
                        .findFirst())
                .<Site>map(frame -> new Place(frame.toStackTraceElement().toString()))
                .orElse(new Place("unknown site"));
    }

    private record Place(String text) implements Site {}

    @Override
    public String toString() {
        return "LeakProbe[" + name + ", opened at " + opened.text() + "]";
    }
}
