package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.tree.Components;
import dev.lifecycle.scope.Acquire;
import dev.lifecycle.scope.CloseAction;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.ExitAction;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.LateAdd;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.TypedScope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What thread-safe and confined scopes share: one word of state, and everything that is not on the hot path.
 *
 * <p>The word and its transitions:
 * <pre>
 *   bits 0-2  how many inline slots are taken, 0 to 4
 *   COLD      close cannot take the short way: a node, children or guarded resources exist
 *   LIMITED   own cannot take the short way: a budget must be asked
 *   PARENT    a child or a scope that was moved here has been among the entries
 *   LOCK      the slots are being changed; held for a few instructions, never while user code runs
 *   CLOSING, CLOSED, MOVED: set once each
 *
 *   OPEN ---beginClose---> CLOSING ---finishClose---> CLOSED
 *     \---markMoved------> MOVED ----beginClose---> CLOSING
 * </pre>
 */
abstract class BaseScope extends Store implements Scope, Waits.Closing {
    /*
     * Invariants:
     *   I1  slots, node.more, node.budget and the slot fields of entries are changed only with LOCK held, or by the
     *       owner of a confined scope that is not moved, or, from CLOSING on, by the thread that closes.
     *   I2  LOCK is taken only in OPEN and MOVED, and never by a thread that holds another scope's LOCK, except by one
     *       that holds Transfer.LOCK: no cycle of locks is possible.
     *   I3  exactly one call of beginClose() succeeds; its thread alone runs the closers (exactly once), each taken
     *       out of its slot before it is run.
     *   I4  an entry is in at most one slot; unlink() succeeds for at most one caller, and for none after beginClose().
     * Ordering: LOCK is taken by a volatile compare-and-set and given back by a release store, so what one holder wrote
     * the next one sees; beginClose() is a compare-and-set of the same word, so the closing thread sees all entries.
     */
    static final int COUNT = 7;
    static final int COLD = 8;
    static final int LIMITED = 16;
    static final int LOCK = 32;
    static final int CLOSING = 64;
    static final int CLOSED = 128;
    static final int MOVED = 256;
    static final int SUCCEEDED = 512;
    static final int PARENT = 1_024;

    static final Exit UNMARKED = new Exit.Unmarked(); // here: needed where no other class may be loaded any more

    private static final VarHandle WORD = Handles.of(MethodHandles.lookup(), "word", int.class);
    private static final VarHandle THREAD = Handles.of(MethodHandles.lookup(), "thread", Thread.class);

    /** See above. Accessed through the methods below, each named for its mode. */
    int word;

    /** Confined: the owner, and null once moved. Thread-safe: the thread that closes it, while it does. Volatile for readers. */
    volatile @Nullable Thread thread;

    /**
     * Sets {@link #thread}, by a release store: the word says what may be done, and who waits for a thread looks again. A
     * volatile store is a full fence, which costs more than the rest of a scope.
     */
    final void threadRelease(@Nullable Thread next) {
        THREAD.setRelease(this, next);
    }

    final int wordVolatile() {
        return (int) WORD.getVolatile(this);
    }

    /** By the holder of LOCK, or the closing thread: publishes what it did to the next holder and to readers of the state. */
    final void wordRelease(int next) {
        VarHandle.releaseFence(); // with a plain write, as setRelease, but in fewer frames than casWord:
        word = next; // where the stack sufficed to take the lock, it suffices to give it back
    }

    final boolean casWord(int expected, int next) {
        return WORD.compareAndSet(this, expected, next);
    }

    /** Whether any thread may use this scope, at any time. */
    abstract boolean isShared();

    /** Whether the calling thread may use this scope. */
    abstract boolean usable();

    /** Whether it belongs to the calling thread alone. */
    final boolean isConfinedHere() {
        return !isShared() && thread == Thread.currentThread();
    }

    final void checkThread() {
        if (!usable()) {
            throw Refusal.wrongThread(this);
        }
    }

    /** An empty open scope of the same kind, without a node. */
    abstract BaseScope sibling();

    /**
     * Takes the lock of an open or moved scope.
     *
     * @return the word without LOCK, or -1 if the scope is closing or closed
     */
    final int lock() {
        for (int spins = 0; ; spins++) {
            int seen = wordVolatile();
            if ((seen & (CLOSING | CLOSED)) != 0) {
                return -1;
            }
            if ((seen & LOCK) == 0 && casWord(seen, seen | LOCK)) {
                return seen;
            }
            Backoff.pause(spins);
        }
    }

    final void unlock(int next) {
        wordRelease(next);
    }

    /**
     * Sets CLOSING, whether open or moved: true for the one caller that closes. Waits for a holder of LOCK.
     *
     * @param moved whether a moved scope is to be closed, by the run of its target, or an open one
     */
    final boolean beginClose(boolean moved) {
        int from = moved ? MOVED : 0;
        Thread self = Thread.currentThread();
        for (int spins = 0; ; spins++) {
            int seen = wordVolatile();
            if ((seen & (CLOSING | CLOSED)) != 0 || (seen & MOVED) != from && (seen & LOCK) == 0) {
                return false;
            }
            if ((seen & LOCK) == 0 && casWord(seen, seen | CLOSING)) {
                try {
                    threadRelease(self); // after the edge: until then a confined scope still has its owner
                } catch (StackOverflowError noFrame) {
                    word = seen; // it has not begun
                    throw noFrame;
                }
                return true;
            }
            Backoff.pause(spins);
        }
    }

    /** Ends the closing: lets go of the thread and of whoever waits. */
    final void finishClose() {
        try {
            threadRelease(null);
            VarHandle.releaseFence();
        } finally { // plain after a fence: no stack may be left for a call
            word = CLOSED;
        }
    }

    final boolean isMoved() {
        return (wordVolatile() & MOVED) != 0;
    }

    @Override
    public final boolean isSettled() {
        int seen = wordVolatile();
        return (seen & CLOSING) == 0
                || (seen & MOVED) != 0; // open: the close met the end of the stack, see SharedScope.close
    }

    @Override
    public final @Nullable Thread closer() {
        return thread;
    }

    @Override
    public final void help() {
        AsyncClose waiting = asyncClose();
        if (waiting != null) {
            waiting.run();
        }
    }

    /** The close that waits for an executor, or did. */
    final @Nullable AsyncClose asyncClose() {
        Node cold = node;
        return cold != null && cold.outcome instanceof AsyncClose waiting ? waiting : null;
    }

    @Override
    public final boolean isOpen() {
        return (wordVolatile() & (CLOSING | CLOSED | MOVED)) == 0;
    }

    @Override
    public final State state() {
        int seen = wordVolatile();
        return (seen & (CLOSED | MOVED)) != 0 ? State.CLOSED : (seen & CLOSING) != 0 ? State.CLOSING : State.OPEN;
    }

    @Override
    public final String name() {
        Node cold = node;
        return cold == null ? Node.ANONYMOUS : cold.display();
    }

    @Override
    public final Kind kind() {
        return Kind.SCOPE;
    }

    @Override
    public final Snapshot snapshot() {
        return new SnapshotTaker().take(this);
    }

    /** Makes the cold part, for the holder of the lock or the closing thread. The word must get COLD then. */
    @Override
    final Node node() {
        Node cold = node;
        if (cold == null) {
            cold = new Node(this, null, null);
            node = cold;
        }
        return cold;
    }

    // ---- putting in ------------------------------------------------------------------------------------------------

    /** Owns {@code resource} on the long way: checks, budget, refusal. */
    final <R extends AutoCloseable> R ownSlow(R resource) {
        Objects.requireNonNull(resource, "resource");
        // a handle of another scope is an entry there: here it stands within one of our own
        admit(resource instanceof Entry ? new Entry.Adopted<>(resource, AutoCloseable::close) : resource, resource);
        return resource;
    }

    @Override
    public final <R> R own(R value, Release<? super R> release) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(release, "release");
        Entry entry;
        try {
            entry = new Entry.Adopted<>(value, release);
        } catch (VirtualMachineError full) {
            throw unowned(full, value, release);
        }
        admit(entry, value);
        return value;
    }

    @Override
    public final <R extends AutoCloseable, X extends Exception> R acquire(Acquire<R, X> acquire) throws X {
        Objects.requireNonNull(acquire, "acquire");
        checkThread();
        if (!isOpen()) {
            throw Refusal.closed(this, "nothing was acquired", null);
        }
        return own(Objects.requireNonNull(acquire.acquire(), "what acquire returned"));
    }

    @Override
    public final <R extends AutoCloseable> Owned<R> hold(R resource, Label label) {
        Objects.requireNonNull(resource, "resource");
        return handle(resource, null, Objects.requireNonNull(label, "label"));
    }

    @Override
    public final <R extends AutoCloseable> Owned<R> hold(R resource) {
        return handle(Objects.requireNonNull(resource, "resource"), null, null);
    }

    @Override
    public final <R> Owned<R> hold(R value, Release<? super R> release, Label label) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(release, "release");
        return handle(value, release, Objects.requireNonNull(label, "label"));
    }

    private <R> Owned<R> handle(R value, @Nullable Release<? super R> release, @Nullable Label label) {
        Handle<R> handle;
        try {
            handle = new Handle<>(value, release == null || label == null ? label : new Handle.Named<>(release, label));
        } catch (VirtualMachineError full) {
            throw unowned(full, value, release);
        }
        admit(handle, value);
        return handle;
    }

    @Override
    public final <R extends AutoCloseable> Guarded<R> share(R resource) {
        Objects.requireNonNull(resource, "resource");
        GuardedResource<R> guarded;
        try {
            guarded = new GuardedResource<>(resource, settings());
        } catch (VirtualMachineError full) {
            throw unowned(full, resource, null);
        }
        admit(guarded, resource);
        return guarded;
    }

    @Override
    public final void defer(CloseAction action) {
        Objects.requireNonNull(action, "action");
        Entry entry;
        try {
            entry = new Entry.Deferred(action);
        } catch (VirtualMachineError full) {
            throw unowned(full, action, CloseAction.class);
        }
        admit(entry, action);
    }

    @Override
    public final void onExit(ExitAction action) {
        Objects.requireNonNull(action, "action");
        Entry entry;
        try {
            entry = new Entry.ExitHook(action);
        } catch (VirtualMachineError full) {
            throw unowned(full, action, ExitAction.class);
        }
        admit(entry, action);
    }

    @Override
    public final <T extends @Nullable Object> void bind(ThreadLocal<T> local, T value) {
        Binding<T> binding = new Binding<>(Objects.requireNonNull(local, "local"));
        admit(binding, local);
        if (!binding.bind(value)) {
            throw Refusal.closed(this, "the thread local has what it had before", null);
        }
    }

    /**
     * There is no memory for an entry: what was to be owned is released, if that is the policy. Needs no memory, nor a class
     * that may not be loaded yet.
     *
     * @param how a {@link Release}, the class of the action that {@code value} is, or null to close it
     * @return {@code full}, to throw
     */
    @SuppressWarnings("unchecked") // a Release was given together with its value
    private VirtualMachineError unowned(VirtualMachineError full, Object value, @Nullable Object how) {
        try {
            if (keepsRefused()) {
                return full;
            }
            if (how instanceof Release<?> release) {
                ((Release<Object>) release).release(value);
            } else if (how == CloseAction.class) {
                ((CloseAction) value).run();
            } else if (how == ExitAction.class) {
                ((ExitAction) value).run(UNMARKED);
            } else {
                ((AutoCloseable) value).close();
            }
        } catch (Throwable second) {
            suppress(full, second);
        }
        return full;
    }

    private boolean keepsRefused() {
        Settings settings = settings();
        return settings != null && settings.config.lateAdd() != LateAdd.CLOSE;
    }

    private static void suppress(Throwable failure, Throwable second) {
        if (second != failure) {
            failure.addSuppressed(second);
        }
    }

    /** Puts {@code slot} on top, or refuses it as the policy says. */
    private void admit(Object slot, Object subject) {
        String refused;
        try {
            refused = usable() ? offer(slot, weigh(slot, subject)) : Refusal.WRONG_THREAD;
        } catch (Throwable failure) { // out of memory, or a weigher that throws: the resource is not lost all the same
            if (!(slot instanceof Node) && !keepsRefused()) { // here: the class Refusal may not be loaded yet
                try {
                    release(slot);
                } catch (Throwable second) {
                    suppress(failure, second);
                }
            }
            throw failure;
        }
        if (refused != null) {
            throw Refusal.of(this, slot, refused);
        }
    }

    private long weigh(Object slot, Object subject) {
        Node cold = node;
        return cold == null || cold.budget == null || slot instanceof Node ? 0 : cold.weigh(subject);
    }

    /**
     * Puts {@code slot} on top, if the scope is open and its budget allows.
     *
     * @param weight what it weighs, counted only where the scope has a budget
     * @return null when it is in; otherwise {@link Refusal#CLOSED} or which limit forbids it
     */
    final @Nullable String offer(Object slot, long weight) {
        int seen = lock();
        if (seen < 0) {
            return Refusal.CLOSED;
        }
        int next = seen;
        try {
            if ((seen & MOVED) != 0) {
                return Refusal.CLOSED;
            }
            Budget budget = node == null ? null : node.budget;
            String limit =
                    budget == null ? null : slot instanceof Node ? budget.takeChild() : budget.takeResource(weight);
            if (limit != null) {
                return limit;
            }
            if (slot instanceof Linked linked) {
                linked.weight(weight);
                linked.container = this;
            }
            int count;
            try {
                count = push(seen & COUNT, slot);
            } catch (Throwable full) {
                if (budget != null) {
                    budget.giveBack(slot instanceof Node, weight);
                }
                throw full;
            }
            next = seen & ~COUNT | count | (node != null || slot instanceof Linked ? COLD : 0);
            next |= slot instanceof Node || slot instanceof Moved ? PARENT : 0;
            return null;
        } finally {
            try {
                VarHandle.releaseFence();
            } finally {
                word = next; // as unlock, but without a call, for which no stack may be left
            }
        }
    }

    /**
     * Takes {@code entry} out of the scope it is in, and scopes that were moved and are empty then out of theirs.
     *
     * @return false if it is in none any more, or that scope is closing and will release it
     */
    static boolean unlink(Linked entry) {
        BaseScope left = unlinkOne(entry);
        dropEmptied(left);
        return left != null;
    }

    /** Takes {@code left} out of the scope it was moved to, if it was moved and is empty; then that one, and so on. */
    static void dropEmptied(@Nullable BaseScope left) {
        BaseScope emptied = left;
        while (emptied != null && emptied.isMoved() && emptied.isEmptyForEver()) {
            Moved moved = emptied.movedEntry();
            BaseScope target = moved == null ? null : moved.container;
            emptied = moved == null || target == null || !target.usable() ? null : unlinkOne(moved);
        }
    }

    /** Whether a moved scope has no entry, and so never will: looked at with the lock, since entries move while others leave. */
    private boolean isEmptyForEver() {
        int seen = lock();
        if (seen < 0) {
            return false;
        }
        boolean empty = size(seen & COUNT) == 0;
        unlock(seen);
        return empty;
    }

    private static @Nullable BaseScope unlinkOne(Linked entry) {
        while (true) {
            BaseScope in = entry.container;
            if (in == null || (in.wordVolatile() & (CLOSING | CLOSED)) != 0) {
                return null;
            }
            in.checkThread();
            int seen = in.lock();
            if (seen < 0) {
                return null;
            }
            int next = seen;
            try {
                if (entry.container == in) { // else detachAll was faster: try where it is now
                    next = in.removeLocked(seen, entry);
                    return in;
                }
            } finally {
                in.unlock(next);
            }
        }
    }

    /** For the holder of the lock; returns the word to unlock with. */
    final int removeLocked(int seen, Linked entry) {
        int count = remove(seen & COUNT, entry);
        entry.container = null;
        Node cold = node;
        if (cold != null && cold.budget != null) {
            entry.unbudget(cold.budget);
        }
        return seen & ~COUNT | count;
    }

    /** Takes the newest entry, for the closing thread. */
    final @Nullable Object pop() {
        Object entry = popMore();
        int seen = word;
        for (int count = seen & COUNT; entry == null && count > 0; ) {
            count--;
            entry = inline(count);
            inline(count, null);
            wordRelease(seen & ~COUNT | count);
        }
        return entry;
    }

    // ---- hand-over -------------------------------------------------------------------------------------------------

    @Override
    public final void moveTo(Scope target) {
        Transfer.all(this, Refusal.ours(target, "target"));
    }

    @Override
    public final Scope detachAll() {
        return Transfer.detach(this);
    }

    /** The scope whose closing includes this one: the parent, or the target it was moved to. */
    final @Nullable BaseScope up() {
        Node cold = node;
        if (cold == null) {
            return null;
        }
        Moved moved = movedEntry();
        return moved != null ? moved.container : cold.container;
    }

    final @Nullable Moved movedEntry() {
        return node != null && node.outcome instanceof Moved moved ? moved : null;
    }

    // ---- children --------------------------------------------------------------------------------------------------

    @Override
    public final Scope child() {
        return adopt(new Node(sibling(), null, childSettings()));
    }

    @Override
    public final Scope child(String name) {
        return adopt(new Node(sibling(), Names.check(name, "name"), childSettings()));
    }

    /** Opens the scope of {@code fresh} as a child. */
    final BaseScope adopt(Node fresh) {
        checkThread();
        BaseScope scope = fresh.scope;
        scope.node = fresh;
        scope.word = COLD | (fresh.budget == null ? 0 : LIMITED);
        fresh.opened();
        String refused = offer(fresh, 0);
        if (refused != null) {
            throw Refusal.of(this, fresh, refused);
        }
        if (fresh.name != null) {
            Components.opened(scope);
        }
        return scope;
    }

    /** Adds the open children to {@code to}; none for a thread that may not look into this scope. */
    final void openChildren(Deque<BaseScope> to) {
        if (!isShared()) {
            return;
        }
        int seen = lock();
        if (seen < 0) {
            return;
        }
        try {
            if ((seen & COLD) != 0) {
                each(seen & COUNT, slot -> {
                    if (slot instanceof Node child) {
                        to.add(child.scope);
                    } else if (slot instanceof Moved moved) {
                        to.add(moved.scope);
                    }
                });
            }
        } finally {
            unlock(seen);
        }
    }

    /** Adds what is of a type, of what hangs here, but for scopes. */
    final <T> void components(Class<T> type, List<Census.Found<T>> to) {
        int seen = isShared() ? lock() : -1; // a stranger does not look into a confined scope
        if (seen < 0) {
            return;
        }
        try {
            each(seen & COUNT, slot -> {
                Object resource = slot instanceof Handle<?> handle ? handle.peek() : slot;
                if (type.isInstance(resource) && !(resource instanceof Scope)) {
                    to.add(new Census.Found<>(this, type.cast(resource)));
                }
            });
        } finally {
            unlock(seen);
        }
    }

    final @Nullable Settings settings() {
        return node == null ? null : node.settings;
    }

    private @Nullable Settings childSettings() {
        Settings own = settings();
        return own == null ? null : own.forChildren;
    }

    // ---- marking ---------------------------------------------------------------------------------------------------

    @Override
    public final <T extends @Nullable Object> T succeed(T result) {
        mark(null);
        return result;
    }

    @Override
    public final void fail(Throwable cause) {
        mark(Exit.of(Objects.requireNonNull(cause, "cause")));
    }

    /** Keeps the mark; null stands for success, which needs no memory. A scope that is closed has no use for it. */
    private void mark(@Nullable Exit exit) {
        checkThread();
        int seen = lock();
        if (seen < 0) {
            return;
        }
        int next = seen;
        try {
            if ((seen & MOVED) == 0) {
                if (exit != null) {
                    node().outcome = exit;
                } else if (node != null) {
                    node.outcome = null;
                }
                next = exit == null ? seen | SUCCEEDED : seen & ~SUCCEEDED | COLD;
            }
        } finally {
            unlock(next);
        }
    }

    /** The mark, for the closing thread; null if there is none. */
    final @Nullable Exit marked() {
        return (word & SUCCEEDED) != 0
                ? CloseRun.SUCCESS
                : node != null && node.outcome instanceof Exit exit ? exit : null;
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Override
    public final CompletionStage<CloseReport> closeAsync(Executor executor) {
        checkThread();
        return AsyncClose.start(this, Objects.requireNonNull(executor, "executor"));
    }

    @Override
    public final <X extends Exception> TypedScope<X> throwing(Class<X> type) {
        return new TypedView<>(this, Objects.requireNonNull(type, "type"));
    }

    /** Closes with an exit that is known exactly; failures are suppressed in {@code body}, or else thrown. */
    final void close(@Nullable Exit exit, @Nullable Throwable body) {
        checkThread();
        do {
            CloseRun run = isOpen() ? new CloseRun(this, exit) : null; // first: without memory or stack it stays open
            if (run != null && beginClose(false)) {
                run.run().rethrow(body);
                return;
            }
            Waits.untilSettled(this, false);
        } while (isOpen());
    }

    /** The short way: no node, no budget, at most {@code count} slots; the word is CLOSING already. */
    final void closeInline(int count) {
        boolean interrupted = false;
        int left = count;
        Object culprit = null;
        try {
            if (left > 3) {
                left = 3;
                interrupted = Thread.interrupted();
                culprit = s3;
                release(3);
            }
            if (left > 2) {
                left = 2;
                interrupted |= Thread.interrupted();
                culprit = s2;
                release(2);
            }
            if (left > 1) {
                left = 1;
                interrupted |= Thread.interrupted();
                culprit = s1;
                release(1);
            }
            if (left > 0) {
                left = 0;
                interrupted |= Thread.interrupted();
                culprit = s0;
                release(0);
            }
        } catch (Throwable failure) {
            if (failure instanceof VirtualMachineError ours
                    && (left == 3 ? s3 : left == 2 ? s2 : left == 1 ? s1 : s0) != null) {
                throw ours; // the stack ended in a frame of ours: this closer has not been called
            }
            closeRest(count, left, Objects.requireNonNull(culprit), failure, interrupted);
            return;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        finishClose();
    }

    /** Takes the entry out of an inline slot, then releases it: while it is there, its closer has not been called. */
    private void release(int index) throws Exception {
        Object slot = inline(index);
        inline(index, null);
        release(slot);
    }

    private static void release(@Nullable Object slot) throws Exception {
        if (slot instanceof Entry entry) {
            entry.release(UNMARKED);
        } else if (slot != null) {
            ((AutoCloseable) slot).close();
        }
    }

    /** Goes on on the long way after the first failure: slot {@code failed} is the culprit, those below are still to do. */
    private void closeRest(int count, int failed, Object culprit, Throwable failure, boolean interrupted) {
        wordRelease(CLOSING | failed);
        CloseRun run;
        try {
            run = new CloseRun(this, null);
        } catch (OutOfMemoryError full) {
            throw closeWithoutMemory(failed, failure instanceof VirtualMachineError first ? first : full, interrupted);
        }
        run.resume(count - failed - 1, culprit, failure, interrupted).rethrow(null);
    }

    /** Releases the last slots where there is no memory to note what fails; returns {@code primary}, to throw. */
    private VirtualMachineError closeWithoutMemory(int left, VirtualMachineError primary, boolean wasInterrupted) {
        boolean interrupted = wasInterrupted;
        for (int i = left - 1; i >= 0; i--) {
            interrupted |= Thread.interrupted();
            try {
                release(i);
            } catch (Throwable later) {
                interrupted |= later instanceof InterruptedException;
                suppress(primary, later);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        finishClose();
        return primary;
    }

    /** Whether the invariants of the slots hold; only while nobody else uses the scope. */
    final boolean invariantsHold() {
        int seen = wordVolatile();
        return (seen & LOCK) == 0 && slotsHold(seen & COUNT) && (node == null || (seen & (COLD | CLOSED)) != 0);
    }
}
