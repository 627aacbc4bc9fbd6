package dev.lifecycle.impl.task;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.task.ContextHandover;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.RejectedTaskException.Reason;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.ShutdownReport;
import dev.lifecycle.task.TaskBody;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ties lanes, workers, timer and types together. */
public final class Manager implements TaskManager, Place.Figures, Shrinkable {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final int GOLDEN = 0x9E3779B9;

    private final TaskManagerConfig config;
    final TimeSource clock;
    final Wheel wheel;
    final Lane[] lanes;
    final Patrol patrol;
    final Courier courier;
    final ConcurrentLinkedQueue<Thread> viewers = new ConcurrentLinkedQueue<>(); // they wait for the end of a view
    final Workers workers;
    private final Runnable signal;
    private final Types types;
    private final Room room;
    private final Periodics periodics;
    private final Shutdown shutdown;
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicInteger turn = new AtomicInteger();
    private final int laneShift;
    private final Place place;

    private Manager(TaskManagerConfig config) {
        Task.initialize();
        this.config = config;
        clock = SteadyClock.of(config.timeSource());
        int most = Math.min(
                Runtime.getRuntime().availableProcessors(), Math.min(config.maxConcurrency(), config.queueCapacity()));
        int parts = Math.min(32, most == 1 ? 1 : Integer.highestOneBit(most - 1) << 1);
        parts = Math.min(parts, Integer.highestOneBit(config.queueCapacity()));
        wheel = new Wheel(clock, Integer.MAX_VALUE);
        lanes = new Lane[parts];
        for (int i = 0; i < parts; i++) { // the first ones take what does not divide
            int share = config.queueCapacity() / parts + (i < config.queueCapacity() % parts ? 1 : 0);
            lanes[i] = new Lane(this, i, share);
        }
        laneShift = Integer.SIZE - Integer.numberOfTrailingZeros(parts);
        patrol = new Patrol(this);
        courier = new Courier(config.name());
        workers = new Workers(
                this,
                config.name(),
                config.threads(),
                config.threadFactory(),
                config.maxConcurrency(),
                config.maxQuarantined());
        signal = workers::signal;
        types = new Types(config, parts);
        room = new Room(this);
        periodics = new Periodics(this);
        shutdown = new Shutdown(this);
        place = new Place(config.name(), Kind.TASK_MANAGER, this, this::closeByPlace, clock);
    }

    /** See {@link dev.lifecycle.task.TaskManagerBuilder#open(Scope)}. */
    public static TaskManager open(TaskManagerConfig config, @Nullable Scope owner) {
        Manager manager = new Manager(config);
        manager.place.enter(owner, manager, TaskManager.class);
        return manager;
    }

    // ---- submission

    @Override
    public <T extends @Nullable Object> TaskHandle<T> submit(TaskSpec spec, TaskBody<T> body) {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(body, "body");
        return accept(types.timesOf(spec), handedOver(body), null);
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> submit(Scope owner, TaskSpec spec, TaskBody<T> body) {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(body, "body");
        OwnedTask<T> owned = new OwnedTask<>(this, owner);
        Owned<?> handle = owner.hold(owned, OwnedTask::scopeEnded, owned);
        owned.enters(handle, Place.pathOf(owner));
        try {
            Task<T> task = new Task.OfScope<>(types.timesOf(spec), lane(), handedOver(body), wheel.elapsed(), owned);
            task.add(owned);
            accept(task, true, false);
            return task;
        } catch (Throwable refused) {
            owned.leave();
            throw refused;
        }
    }

    private <T extends @Nullable Object> TaskBody<T> handedOver(TaskBody<T> body) {
        ContextHandover<?> handover = config.handover();
        return withRequest(handover == null ? body : handedOver(handover, body));
    }

    /** The same for the request that the current thread works for, if it does: only its id is kept. */
    private static <T extends @Nullable Object> TaskBody<T> withRequest(TaskBody<T> body) {
        String id = RequestIds.current();
        return id == null ? body : withRequest(id, body);
    }

    private static <T extends @Nullable Object> TaskBody<T> withRequest(String id, TaskBody<T> body) {
        return task -> {
            long[] frame = RequestIds.begin(id, null);
            long open = frame[0];
            try {
                return body.run(task);
            } finally {
                RequestIds.endHere(frame, open);
            }
        };
    }

    private static <C, T extends @Nullable Object> TaskBody<T> handedOver(
            ContextHandover<C> handover, TaskBody<T> body) {
        C context = handover.capture();
        if (context == null) {
            return body;
        }
        return task -> {
            handover.install(context);
            try {
                return body.run(task);
            } finally {
                handover.remove(context);
            }
        };
    }

    /** Accepts a task, or says why not; {@code first} is told when it is done. */
    <T extends @Nullable Object> Task<T> accept(Times times, TaskBody<T> body, @Nullable Watcher first) {
        Task<T> task = new Task<>(times, lane(), body, wheel.elapsed());
        if (first != null) {
            task.add(first);
        }
        return accept(task, true, false);
    }

    void acceptRun(Task<?> task, boolean onTimer) {
        accept(task, false, onTimer);
    }

    private <T extends @Nullable Object> Task<T> accept(Task<T> task, boolean mayWait, boolean onTimer) {
        Times times = task.times;
        boolean brief = isBrief(task);
        if (!brief) { // where the patrol cannot be started the task is cancelled, which must not fail as well
            StackRoom.need(Patrol.isFor(times) && !patrol.isOn() ? Task.ROOM + Task.END_ROOM : Task.ROOM);
        }
        if (workers.isBlocked()) {
            throw reject(task, Reason.QUARANTINE_FULL);
        }
        if (!times.type.enters()) {
            throw reject(task, Reason.TYPE_LIMIT);
        }
        boolean in = false;
        boolean waited = false;
        try {
            Lane.Answer answer = offer(task);
            if (answer == Lane.Answer.FULL && mayWait) {
                StackRoom.need(Task.ROOM);
                OnFull policy = config.onFull();
                if (policy.policy() == OnFull.Policy.CALLER_RUNS) {
                    in = true; // it counts itself out
                    return runHere(task);
                }
                if (policy.policy() == OnFull.Policy.BLOCK) {
                    waited = true;
                    answer = room.await(task, TimeUnit.NANOSECONDS.convert(policy.limit()));
                }
            }
            if (answer != Lane.Answer.ACCEPTED) {
                throw reject(task, answer == Lane.Answer.CLOSED ? Reason.SHUTDOWN : Reason.FULL);
            }
            in = true;
        } finally {
            if (!in) {
                times.type.left();
            }
        }
        if (brief && !waited) {
            finishBrief();
            return task;
        }
        task.isAccepted();
        startTimer(task, waited);
        if (onTimer) {
            signalFromTimer();
        } else if (!workers.signal() && task.withdraw("no thread could be begun")) {
            throw reject(task, Reason.NO_THREAD);
        }
        return task;
    }

    /** A moment ago the patrol was on and no thread was wanted. If that has changed, and there is no room to see to it, the patrol does. */
    private void finishBrief() {
        try {
            if (!patrol.isOn() || workers.wantOne()) {
                StackRoom.need(Task.ROOM);
                patrol.start();
                workers.signal();
            }
        } catch (VirtualMachineError noRoom) {
            return;
        }
    }

    /** Whether no more is to be done for {@code task} than to put it into a lane, where the end of the stack does no harm. */
    private boolean isBrief(Task<?> task) {
        return task.getClass() == Task.class
                && !task.times.type.isLimited()
                && Patrol.isFor(task.times)
                && patrol.isOn()
                && !workers.wantOne();
    }

    /** Without a thread for its timer a task would have no deadlines: then it does not stay. */
    private void startTimer(Task<?> task, boolean hasWaited) {
        try {
            if (Patrol.isFor(task.times) && !hasWaited) {
                patrol.start();
            } else {
                task.startTimer();
            }
        } catch (Throwable noThread) {
            task.cancel("its timer could not be started");
            throw noThread;
        }
    }

    /** Offers it to its lane, then to the others. */
    Lane.Answer offer(Task<?> task) {
        Lane.Answer answer = task.lane.add(task);
        for (int i = 1; answer == Lane.Answer.FULL && i < lanes.length; i++) {
            task.lane = lanes[task.lane.number + 1 & lanes.length - 1];
            answer = task.lane.add(task);
        }
        return answer;
    }

    private <T extends @Nullable Object> Task<T> runHere(Task<T> task) {
        TypeEntry type = task.times.type;
        type.left();
        if (type.isLimited() && !type.claimNow()) {
            throw reject(task, Reason.TYPE_LIMIT);
        }
        Thread self = Thread.currentThread();
        boolean interrupted = Thread.interrupted();
        try {
            Run mine = new Run(self);
            mine.isCallers();
            if (task.lane.addBegun(task, mine) != Lane.Answer.ACCEPTED) {
                throw reject(task, Reason.SHUTDOWN);
            }
            runHere(task, mine);
            interrupted |= mine.wasInterruptedByOthers();
        } finally {
            giveBack(type);
            if (interrupted) {
                self.interrupt();
            }
        }
        return task;
    }

    private void runHere(Task<?> task, Run mine) {
        try {
            task.isAccepted();
            if (Patrol.isFor(task.times)) {
                patrol.start();
            } else {
                task.startTimer();
            }
        } catch (Throwable noThread) { // without deadlines it does not run
            task.fail(mine, noThread);
            throw noThread;
        }
        task.execute(mine);
    }

    private RejectedTaskException reject(Task<?> task, Reason reason) {
        if (reason != Reason.NO_THREAD) {
            rejected.incrementAndGet(); // one without a thread was accepted, and counts as cancelled
        }
        TaskSnapshot snapshot = snapshot();
        String what = "task manager " + name() + " does not take task \"" + task.times.spec.name() + "\" ("
                + task.times.spec.type() + "): ";
        String why = switch (reason) {
            case FULL ->
                "its queue is full, " + snapshot.queued() + " wait of " + config.queueCapacity()
                        + " that may, and " + snapshot.active()
                        + " run. Submit less, raise queueCapacity or maxConcurrency, or set onFull";
            case TYPE_LIMIT -> "as many tasks of this type wait or run as may. Submit less, or raise typeLimit";
            case SHUTDOWN -> place.state() == State.CLOSED ? place.closed() : "it is shutting down";
            case QUARANTINE_FULL ->
                "all its threads are stuck in tasks that were given up, "
                        + snapshot.quarantined() + " of them, and " + config.maxQuarantined()
                        + " were replaced. Look at tasks() for those in quarantine and their stacks";
            case NO_THREAD -> "no thread could be begun; the log says why";
        };
        return new RejectedTaskException(what + why, reason, snapshot);
    }

    /** The lane of the calling thread. */
    Lane lane() {
        long id = Thread.currentThread().getId();
        return lanes[laneShift == Integer.SIZE ? 0 : (int) (id ^ id >>> 32) * GOLDEN >>> laneShift];
    }

    // ---- for workers

    boolean hasQueued() {
        for (Lane lane : lanes) {
            if (lane.hasReady()) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    Task<?> poll(Run fresh) {
        int start = lanes.length == 1 ? 0 : turn.getPlain() + 1;
        turn.setPlain(start); // racy: any start will do
        for (int i = 0; i < lanes.length; i++) {
            Task<?> task = lanes[start + i & lanes.length - 1].poll(fresh);
            if (task != null) {
                room.made();
                return task;
            }
        }
        return null;
    }

    /** Runs a task, and those that waited for it to end; returns whether the thread goes on. */
    boolean run(Task<?> first, Run mine) {
        Task<?> task = first;
        Run run = mine;
        while (task != null) {
            TypeEntry type = task.times.type;
            boolean claimed = type.isLimited();
            try {
                boolean stays = !task.execute(run) || workers.rejoins();
                if (!claimed || !stays) {
                    return stays;
                }
                run = new Run(run.thread());
                claimed = false; // it is handed over, or given back by that
                task = type.handOver(run);
            } finally {
                if (claimed) {
                    giveBack(type);
                }
            }
            room.made();
        }
        return true;
    }

    /** Gives back a claim on {@code type}; should a task wait for it, a worker finds that. */
    private void giveBack(TypeEntry type) {
        if (type.isLimited()) {
            type.giveBack();
            offerClaims(type);
        }
    }

    /** Has workers look at the first one that waits for {@code type}, if a claim is free. */
    void offerClaims(TypeEntry type) {
        Task<?> waits = type.takeIfFree();
        if (waits != null) {
            waits.lane.rewind(waits);
            signalFromTimer(); // the caller may be any thread
        }
    }

    /** Throws nothing: what is left undone is tried again in a while. */
    void signalFromTimer() {
        try {
            if (workers.callsFactory()) {
                courier.send(signal); // a factory is code of a user
            } else {
                workers.signal();
            }
        } catch (Throwable noMemory) {
            workers.retry();
        }
    }

    void roomMade() {
        room.made();
    }

    void roomClosed() {
        room.closed();
    }

    /** Called after each task that has got its outcome, or left its quarantine. */
    void taskEnded() {
        shutdown.taskEnded();
    }

    long graceNanos() {
        return Times.nanos(config.cancelGrace());
    }

    Types types() {
        return types;
    }

    TaskManagerConfig config() {
        return config;
    }

    // ---- looking

    /** All tasks that are registered now. */
    Stream<Task<?>> registered() {
        return new Walk(lanes).stream();
    }

    @Override
    public Stream<TaskInfo> tasks() {
        return registered().map(Task::info);
    }

    @Override
    public Optional<TaskInfo> find(long id) {
        if (id < 0) {
            return Optional.empty();
        }
        @Nullable Task<?>[] one = new @Nullable Task<?>[1];
        Lane lane = lanes[(int) (id % lanes.length)];
        int found = lane.copy(id / lanes.length, one);
        Task<?> task = one[0];
        return found == 0 || task == null || task.id() != id ? Optional.empty() : Optional.of(task.info());
    }

    @Override
    public TaskSnapshot snapshot() {
        Lane.Sums sums = new Lane.Sums();
        for (Lane lane : lanes) {
            lane.addTo(sums);
        }
        Duration oldest = sums.oldest == Long.MAX_VALUE
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, wheel.elapsed() - sums.oldest));
        return new TaskSnapshot(
                sums.accepted,
                sums.queued,
                sums.active,
                sums.ended[Task.SUCCEEDED],
                sums.ended[Task.FAILED],
                sums.ended[Task.CANCELLED],
                sums.ended[Task.TIMED_OUT],
                rejected.get(),
                sums.stuck,
                types.counts(lanes),
                oldest);
    }

    @Override
    public int cancel(Predicate<? super TaskInfo> which, String reason) {
        Objects.requireNonNull(which, "which");
        Objects.requireNonNull(reason, "reason");
        return (int) registered()
                .filter(task -> !task.state().isFinal() && which.test(task.info()) && task.cancel(reason))
                .count();
    }

    @Override
    public int cancelOlderThan(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("age is " + age + "; it must not be negative");
        }
        long since = wheel.elapsed() - TimeUnit.NANOSECONDS.convert(age);
        String reason = "it is older than " + age;
        return (int) registered()
                .filter(task -> task.created < since && task.cancel(reason))
                .count();
    }

    @Override
    public void dump(Appendable json) throws IOException {
        new Dump(Objects.requireNonNull(json, "json")).write(this);
    }

    // ---- views

    @Override
    public PeriodicTask repeat(Schedule schedule, TaskSpec spec, TaskBody<?> body) {
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(body, "body");
        return periodics.begin(schedule, types.timesOf(spec), body);
    }

    Periodics periodics() {
        return periodics;
    }

    RejectedTaskException refused(TaskSpec spec, Reason reason, String why) {
        rejected.incrementAndGet();
        return new RejectedTaskException(
                "task manager " + name() + " does not take task \"" + spec.name() + "\": " + why, reason, snapshot());
    }

    @Override
    public ExecutorService asExecutorService(String type) {
        return new ExecutorView(this, TaskSpec.of(type, type));
    }

    // ---- the end

    @Override
    public ShutdownReport shutdown(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline is " + deadline + "; it must not be negative");
        }
        ShutdownReport report = shutdown.run(TimeUnit.NANOSECONDS.convert(deadline));
        place.close();
        return report;
    }

    @Override
    public void close() {
        closeByPlace(); // before the place: a task that closes must not wait there for who waits for it here
        place.close();
    }

    private void closeByPlace() {
        boolean first = !shutdown.hasBegun();
        ShutdownReport report = shutdown.run(TimeUnit.NANOSECONDS.convert(config.closeTimeout()));
        if (first && !report.clean()) {
            LOG.warn("task manager " + name() + " was closed, not cleanly: " + report);
        }
    }

    boolean isClosing() {
        return shutdown.hasBegun();
    }

    /** Has those who wait for the end of a view look again. */
    void wakeViewers() {
        viewers.forEach(clock::unpark);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public State state() {
        State state = place.state();
        return state == State.OPEN && shutdown.hasBegun() ? State.CLOSING : state;
    }

    @Override
    public long shrink(Pressure level, long bytesWanted) {
        if (level == Pressure.EMERGENCY) {
            workers.limit(Math.max(1, config.maxConcurrency() / 2));
        }
        return 0; // what runs ends by itself
    }

    @Override
    public void restore() {
        workers.limit(config.maxConcurrency());
    }

    @Override
    public Managed managed() {
        return place.node();
    }

    @Override
    public Map<String, Object> gauges() {
        TaskSnapshot now = snapshot();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("active", now.active());
        gauges.put("maxConcurrency", workers.limit());
        gauges.put("queued", now.queued());
        gauges.put("queueCapacity", config.queueCapacity());
        gauges.put("total", now.total());
        gauges.put("completed", now.completed());
        gauges.put("failed", now.failed());
        gauges.put("cancelled", now.cancelled());
        gauges.put("timedOut", now.timedOut());
        gauges.put("rejected", now.rejected());
        gauges.put("quarantined", now.quarantined());
        gauges.put("oldest", now.oldest());
        return gauges;
    }

    @Override
    public List<Snapshot> children() {
        List<Snapshot> children = new ArrayList<>();
        types.counts(lanes).forEach((type, counts) -> {
            Map<String, Object> gauges = new LinkedHashMap<>();
            gauges.put("active", counts.active());
            gauges.put("queued", counts.queued());
            gauges.put("completed", counts.completed());
            gauges.put("failed", counts.failed());
            gauges.put("cancelled", counts.cancelled());
            gauges.put("timedOut", counts.timedOut());
            children.add(new Snapshot(0, type, Kind.TASK_TYPE, state(), Duration.ZERO, gauges, List.of()));
        });
        return children;
    }

    /** Returns the name and how busy it is, like {@code background 5 active, 12 queued}. */
    @Override
    public String toString() {
        TaskSnapshot now = snapshot();
        return name() + " " + now.active() + " active, " + now.queued() + " queued";
    }

    /** Whether the invariants hold, for tests; only while nobody uses it. */
    boolean invariantsHold() {
        boolean hold = workers.invariantsHold() && types.invariantsHold();
        for (Lane lane : lanes) {
            hold &= lane.invariantsHold();
        }
        return hold;
    }
}
