package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One of several parts of a manager: the tasks that were submitted to it, in their order, be they waiting or running. */
final class Lane {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement): all fields that are not final, the slot and sequence of each
     * task, and the tallies of types for this lane. In add(), which may be at the end of a stack, nothing is called in between but the
     * growth of the array, which fails before it has changed anything; who changes a lane otherwise is a worker, or has made sure of
     * its stack, see StackRoom.
     *   I1  slots[head .. tail) has the tasks of the lane in the order of their submission, with holes; the rest is null. A task that
     *       is here knows its slot. Sequences rise with the slots.
     *   I2  Every QUEUED task of the lane stands at `next` or behind, but for those that wait for their type (see TypeEntry).
     *       ready is the number of tasks that stand there.
     *   I3  queued <= capacity, but for runs of periodic tasks; accepted == queued + active + the counts by final state.
     *   I4  once closed, no task comes in.
     *   I5  A task at `packed` or behind has the sequence of its slot: `sequence` less its distance from `tail`.
     *
     * A task that was given up is counted as what it is, and stays here until its body ends.
     */
    private static final int FIRST = 64;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Lane.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What became of a submission. */
    enum Answer {
        /** It is in. */
        ACCEPTED,
        /** As many wait as may. */
        FULL,
        /** The manager is shutting down. */
        CLOSED
    }

    final Manager manager;
    final int number;
    private final int capacity;
    private volatile int locked;
    private @Nullable Task<?>[] slots;
    private int head;
    private int next;
    private int tail;
    private int packed; // where tail was when holes were closed last
    private int held; // tasks in slots
    private long sequence;
    private long accepted;
    private int queued;
    private int ready; // also read without the lock, but after `locked`: then it is no older than the last one who gave
    // that back
    private int active;
    private int stuck;
    private boolean closed;
    private final long[] ended = new long[Task.STATE + 1];

    Lane(Manager manager, int number, int capacity) {
        this.manager = manager;
        this.number = number;
        this.capacity = capacity;
        this.slots = new @Nullable Task<?>[FIRST];
    }

    // ---- in and out

    Answer add(Task<?> task) {
        TypeEntry.Tally tally = task.times.type.tallies[number];
        int bound = task.isRunOfPeriodic() ? Integer.MAX_VALUE : capacity;
        lock();
        if (closed || queued >= bound) {
            Answer answer = closed ? Answer.CLOSED : Answer.FULL;
            locked = 0;
            return answer;
        }
        if (tail == slots.length) {
            try {
                makeRoom();
            } catch (Throwable noMemory) { // nothing has changed
                locked = 0;
                throw noMemory;
            }
        }
        task.slot = tail;
        task.sequence = sequence++;
        slots[tail++] = task;
        held++;
        accepted++;
        queued++;
        tally.queued++;
        ready++;
        locked = 0;
        return Answer.ACCEPTED;
    }

    /** Closes the holes, or grows; fails before it has changed anything. */
    private void makeRoom() {
        @Nullable Task<?>[] old = slots;
        @Nullable Task<?>[] fresh = held <= old.length / 2 ? old : new @Nullable Task<?>[old.length * 2];
        int to = 0;
        int nextAt = next;
        for (int at = head; at < tail; at++) {
            Task<?> task = old[at];
            if (at == nextAt) {
                next = to;
            }
            if (task != null) {
                old[at] = null; // before it is written: the array may be the same
                fresh[to] = task;
                task.slot = to++;
            }
        }
        if (nextAt >= tail) {
            next = to;
        }
        head = 0;
        tail = to;
        packed = to;
        slots = fresh;
    }

    /** Whether a task stands where poll() looks. */
    boolean hasReady() {
        return locked >= 0 && ready > 0; // always; but it is read first
    }

    /** Begins the next task, as that of {@code fresh}; null if none waits that may run. */
    @Nullable
    Task<?> poll(Run fresh) {
        while (hasReady()) {
            TypeEntry returned = null;
            Task<?> found = null;
            lock();
            try {
                while (next < tail && found == null && returned == null) {
                    Task<?> task = slots[next];
                    if (task != null && (task.status() & Task.STATE) == Task.QUEUED) {
                        TypeEntry type = task.times.type;
                        boolean may = !type.isLimited()
                                || type.claim(task); // else it is handed over when one of its type ends
                        if (may && task.claim(fresh)) {
                            began(task);
                            found = task;
                        } else if (may && type.isLimited()) { // cancelled just now
                            returned = type;
                        }
                    }
                    next++; // last: a task that was passed over is lost
                    ready -= task == null ? 0 : 1;
                }
            } finally {
                locked = 0;
            }
            if (returned == null) {
                return found;
            }
            Task<?> other = returned.handOver(fresh);
            if (other != null) {
                return other;
            }
        }
        return null;
    }

    /** Takes in a task that begins at once, as that of {@code mine}, on the thread that submits it. */
    Answer addBegun(Task<?> task, Run mine) {
        TypeEntry.Tally tally = task.times.type.tallies[number];
        lock();
        if (closed) {
            locked = 0;
            return Answer.CLOSED;
        }
        try {
            if (tail == slots.length) {
                makeRoom();
            }
        } catch (Throwable noMemory) { // nothing has changed
            locked = 0;
            throw noMemory;
        }
        task.claim(mine); // nobody else knows it
        if (next == tail) {
            next++;
        } else {
            ready++; // poll() passes over it
        }
        task.slot = tail;
        task.sequence = sequence++;
        slots[tail++] = task;
        held++;
        accepted++;
        active++;
        tally.active++;
        locked = 0;
        return Answer.ACCEPTED;
    }

    /** Begins a task that has waited for its type; returns whether it was still waiting. */
    boolean begin(Task<?> task, Run fresh) {
        lock();
        boolean mine = task.claim(fresh);
        if (mine) {
            began(task);
        }
        locked = 0;
        return mine;
    }

    private void began(Task<?> task) {
        TypeEntry.Tally tally = task.times.type.tallies[number];
        queued--;
        active++;
        tally.queued--;
        tally.active++;
        task.times.type.left();
    }

    /** Counts a task that has just become {@code state}; keeps it if its body runs on. */
    void finished(Task<?> task, int state, boolean runsOn) {
        TypeEntry.Tally tally = task.times.type.tallies[number];
        lock();
        boolean ran = task.run() != null; // with the lock: claim() writes it for a moment also where it fails
        if (ran) {
            active--;
            tally.active--;
        } else {
            queued--;
            tally.queued--;
        }
        ended[state]++;
        tally.ended[state]++;
        if (runsOn) {
            stuck++;
        } else {
            remove(task);
        }
        locked = 0;
        if (!ran) {
            TypeEntry type = task.times.type;
            type.left();
            if (type.isLimited()) {
                type.waitsNoMore(task);
                manager.offerClaims(type);
            }
            manager.roomMade();
        }
    }

    /** Forgets a task that was given up: its body has ended. */
    void leftQuarantine(Task<?> task) {
        lock();
        stuck--;
        remove(task);
        locked = 0;
    }

    /** Has poll() look again at a task that has waited for its type, and at those behind it. */
    void rewind(Task<?> task) {
        lock();
        if (task.slot < next && slots[task.slot] == task) { // else it was cancelled
            int passed = 0;
            for (int at = task.slot; at < next; at++) {
                passed += slots[at] == null ? 0 : 1;
            }
            next = task.slot;
            ready += passed;
        }
        locked = 0;
    }

    private void remove(Task<?> task) {
        slots[task.slot] = null;
        if (task.slot >= next) {
            ready--;
        }
        held--;
        while (head < tail && slots[head] == null) {
            head++;
        }
        if (head == tail) {
            head = 0;
            tail = 0;
            next = 0;
            packed = 0;
        } else if (next < head) {
            next = head;
        }
    }

    void close() {
        lock();
        closed = true;
        locked = 0;
    }

    // ---- looking

    /** Whether no task is here, in quarantine or otherwise. */
    boolean isEmpty() {
        lock();
        boolean none = held == 0;
        locked = 0;
        return none;
    }

    /** The number that the next task gets. */
    long nextSequence() {
        lock();
        long next = sequence;
        locked = 0;
        return next;
    }

    /** Copies the next tasks whose sequence is at least {@code from}; returns how many. */
    int copy(long from, @Nullable Task<?>[] into) {
        lock();
        try {
            return copyLocked(from, into);
        } finally {
            locked = 0;
        }
    }

    private int copyLocked(long from, @Nullable Task<?>[] into) {
        long behind = sequence - from;
        boolean isNear = behind <= tail - packed;
        int low = isNear ? Math.max(head, tail - (int) Math.max(0, behind)) : head;
        int high = isNear ? low : tail;
        while (low < high) { // the first slot from which on all sequences are at least `from`
            int middle = (low + high) >>> 1;
            int at = middle;
            while (at < high && slots[at] == null) {
                at++;
            }
            Task<?> task = at < high ? slots[at] : null;
            if (task != null && task.sequence < from) {
                low = at + 1;
            } else {
                high = middle;
            }
        }
        int count = 0;
        for (int at = low; at < tail && count < into.length; at++) {
            Task<?> task = slots[at];
            if (task != null) {
                into[count++] = task;
            }
        }
        return count;
    }

    /** The sum of the counts of all lanes. */
    static final class Sums {
        long accepted;
        int queued;
        int active;
        int stuck;
        final long[] ended = new long[Task.STATE + 1];
        long oldest = Long.MAX_VALUE; // when it was submitted
    }

    void addTo(Sums sums) {
        lock();
        try {
            addLocked(sums);
        } finally {
            locked = 0;
        }
    }

    private void addLocked(Sums sums) {
        sums.accepted += accepted;
        sums.queued += queued;
        sums.active += active;
        sums.stuck += stuck;
        for (int i = 0; i < ended.length; i++) {
            sums.ended[i] += ended[i];
        }
        for (int at = head; at < tail; at++) { // the first ones may be in quarantine
            Task<?> task = slots[at];
            if (task != null && (task.status() & Task.STUCK) == 0) {
                sums.oldest = Math.min(sums.oldest, task.created);
                break;
            }
        }
    }

    /** Adds this lane's counts of a type: queued, active, and those by final state. */
    void addTo(long[] sums, TypeEntry type) {
        TypeEntry.Tally tally = type.tallies[number];
        lock();
        sums[Task.QUEUED] += tally.queued;
        sums[Task.RUNNING] += tally.active;
        for (int i = Task.SUCCEEDED; i < sums.length; i++) {
            sums[i] += tally.ended[i];
        }
        locked = 0;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    /** Whether the invariants hold, for tests; only while nobody else uses the manager. */
    boolean invariantsHold() {
        lock();
        boolean hold = queued >= 0 && active >= 0 && stuck >= 0 && head <= tail && next >= head && next <= tail;
        long sum = (long) queued + active;
        for (long count : ended) {
            sum += count;
        }
        hold &= sum == accepted && held == queued + active + stuck;
        long before = -1;
        int found = 0;
        int behind = 0;
        for (int at = 0; at < slots.length; at++) {
            Task<?> task = slots[at];
            if (task != null) {
                found++;
                behind += at >= next ? 1 : 0;
                hold &= at >= head && at < tail && task.slot == at && task.sequence > before;
                before = task.sequence;
            }
        }
        for (int at = Math.max(head, packed); at < tail; at++) {
            Task<?> task = slots[at];
            hold &= task == null || task.sequence == sequence - (tail - at);
        }
        hold &= found == held && behind == ready && packed <= tail;
        locked = 0;
        return hold;
    }
}
