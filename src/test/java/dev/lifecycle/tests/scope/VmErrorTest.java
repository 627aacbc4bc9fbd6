package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseAction;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.ExitAction;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.tests.api.Heap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closers that meet the end of the stack or of the heap, and scopes that meet it themselves: real errors of a real JVM. */
@Tag("once")
@Timeout(60)
class VmErrorTest {

    private static void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xss256k"));
        List<String> words = List.of(arguments);
        command.addAll(words.stream().filter(word -> word.startsWith("-")).toList());
        command.addAll(List.of(
                "-cp",
                ChildJvm.path(
                        ChildJvm.locationOf(Scope.class),
                        ChildJvm.locationOf(Lifecycle.provider().getClass()),
                        ChildJvm.locationOf(Child.class)),
                Child.class.getName()));
        command.addAll(words.stream().filter(word -> !word.startsWith("-")).toList());
        List<String> lines = ChildJvm.java(command.toArray(new String[0])).lines(0);
        assertTrue(lines.contains("done"), lines.toString());
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void closesTheRestInOrderAndCountsExactly(Trouble trouble) throws Exception {
        run("-Xmx8m", "closers", trouble.name());
    }

    @Test
    void losesNothingThatIsPutInWhileTheHeapIsFull() throws Exception {
        run("-Xmx8m", "own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void staysUsableWhereTheStackEndsInOwn(String mode) throws Exception {
        run("-Xmx16m", mode, "own deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void closesLaterWhatItCouldNotWhereTheStackEnded(String mode) throws Exception {
        run("-Xmx16m", mode, "close deep");
    }

    @Test
    void countsAMillionFailuresInLittleMemory() throws Exception {
        run("-Xmx64m", "million");
    }

    @Test
    void watchesDeadlinesAgainAfterTheHeapWasFull() throws Exception {
        run("-Xmx8m", "timer");
    }

    /** What a closer meets. */
    enum Trouble {
        /** It calls itself without end. */
        STACK(StackOverflowError.class),
        /** It allocates until the heap is full, and lets go of everything. */
        HEAP(OutOfMemoryError.class),
        /** It fills the heap, which stays full until the oldest resource is closed. */
        HEAP_UNTIL_THE_LAST(OutOfMemoryError.class),
        /** It fills the heap, which stays full until close has returned. */
        FULL_HEAP(OutOfMemoryError.class);

        final Class<? extends VirtualMachineError> type;

        Trouble(Class<? extends VirtualMachineError> type) {
            this.type = type;
        }

        void happen() {
            if (this == STACK) {
                Heap.recurse();
            }
            try {
                Heap.fill();
            } finally {
                if (this == HEAP) {
                    Heap.empty();
                }
            }
        }
    }

    /** The scopes that are closed. */
    enum Kind {
        SHARED,
        CONFINED,
        NAMED,
        CHILDREN,
        REPORT,
        INTERRUPT,
        ABANDON,
        CALL,
        CALL_FAILING,
        ASYNC,
        ASYNC_EXECUTOR;

        boolean isAsync() {
            return this == ASYNC || this == ASYNC_EXECUTOR;
        }

        ScopeBuilder builder(AtomicReference<CloseReport> report) {
            ScopeBuilder builder = Scope.builder("scope").onClosed(report::set);
            return switch (this) {
                case REPORT -> builder.deadline(Duration.ofSeconds(30)).overrun(OverrunPolicy.REPORT);
                case INTERRUPT -> builder.deadline(Duration.ofSeconds(30)).overrun(OverrunPolicy.INTERRUPT);
                case ABANDON -> builder.deadline(Duration.ofSeconds(30)).overrun(OverrunPolicy.ABANDON);
                default -> builder;
            };
        }
    }

    /** Resources that know when they were closed, without memory. */
    static final class Resources {
        private static final IOException ORDINARY = new IOException("ordinary");

        final int[] order; // the numbers in the order they are closed
        int closed;
        private final Trouble trouble;
        private final int culprit;
        private final int ordinary;

        Resources(int count, Trouble trouble, int culprit, int ordinary) {
            this.order = new int[count + 8];
            this.trouble = trouble;
            this.culprit = culprit;
            this.ordinary = ordinary;
        }

        AutoCloseable resource(int number) {
            return () -> close(number);
        }

        private void close(int number) throws IOException {
            order[closed++] = number;
            if (number == 0 && trouble == Trouble.HEAP_UNTIL_THE_LAST) {
                Heap.empty();
            }
            if (number == culprit) {
                trouble.happen();
            }
            if (number == ordinary) {
                throw ORDINARY;
            }
        }

        void check(int count, String what) {
            int[] expected = new int[count];
            for (int i = 0; i < count; i++) {
                expected[i] = count - 1 - i;
            }
            Child.check(
                    Arrays.equals(expected, Arrays.copyOf(order, closed)),
                    what + ": closed " + Arrays.toString(Arrays.copyOf(order, closed)));
        }
    }

    /** What runs in processes of their own; must not use what the class path of tests has. */
    static final class Child {
        private static final int MILLION = 1_000_000;
        private static final Logger LOG = Logger.getLogger("dev.lifecycle.scope"); // lest it be collected
        private static final Last LAST = new Last();

        private Child() {}

        static void check(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }

        public static void main(String... arguments) throws Exception {
            LOG.setUseParentHandlers(false);
            LOG.addHandler(LAST);
            watch();
            switch (arguments[0]) {
                case "closers" -> closers(Trouble.valueOf(arguments[1]));
                case "own" -> OwnWhenFull.run();
                case "own deep" -> Deep.own();
                case "close deep" -> Deep.close();
                case "million" -> million();
                case "timer" -> timer();
                default -> throw new AssertionError(arguments[0]);
            }
            System.out.println("done");
            System.exit(0); // also if a thread is left
        }

        /** Says where the threads stand if they stand still. */
        private static void watch() {
            Thread main = Thread.currentThread();
            Thread watch = new Thread(() -> {
                try {
                    TimeUnit.SECONDS.sleep(30);
                } catch (InterruptedException e) {
                    return;
                }
                Heap.empty();
                for (StackTraceElement element : main.getStackTrace()) {
                    System.out.println("main hangs at " + element);
                }
                Runtime.getRuntime().halt(3);
            });
            watch.setDaemon(true);
            watch.start();
        }

        /** Keeps the last line. */
        private static final class Last extends Handler {
            volatile String line = "";

            @Override
            public void publish(LogRecord record) {
                line = record.getMessage();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        }

        // ---- closers that meet the end -----------------------------------------------------------------------------

        private static void closers(Trouble trouble) throws Exception {
            for (Kind kind : Kind.values()) {
                new Closing(kind, Trouble.STACK, 9, 4, 6)
                        .check(); // loads and links what the other trouble would not let it
            }
            int[] counts = trouble == Trouble.STACK ? new int[] {1, 2, 3, 4, 5, 9} : new int[] {4, 7};
            for (Kind kind : Kind.values()) {
                for (int count : counts) {
                    for (int culprit = trouble == Trouble.STACK ? 0 : count - 3;
                            culprit < count;
                            culprit += trouble == Trouble.STACK ? 1 : count) {
                        new Closing(kind, trouble, count, culprit, culprit + 1).check(); // an ordinary failure before
                        if (trouble == Trouble.STACK) {
                            new Closing(kind, trouble, count, culprit, -1).check();
                            new Closing(kind, trouble, count, culprit, culprit - 1).check(); // and after
                        }
                    }
                }
            }
        }

        /** A scope with some resources, one of which meets the end, and perhaps one that fails in the ordinary way. */
        private record Closing(Kind kind, Trouble trouble, int count, int culprit, int ordinary) {

            void check() throws Exception {
                try {
                    Outcome outcome = new Outcome();
                    Resources resources = new Resources(count, trouble, culprit, ordinary);
                    close(resources, outcome);
                    Heap.empty();
                    resources.check(count, "order");
                    check(outcome);
                } catch (Throwable failure) {
                    Heap.empty();
                    throw new AssertionError(toString(), failure);
                }
            }

            private void check(Outcome outcome) {
                long failed = ordinary >= 0 && ordinary < count ? 2 : 1;
                long closed = count - failed + (kind == Kind.CHILDREN ? 1 : 0);
                CloseReport report = outcome.report.get();
                if (report != null) {
                    Child.check(report.failed() == failed, "failed is " + report.failed());
                    Child.check(report.closed() == closed, "closed is " + report.closed());
                }
                boolean told = trouble != Trouble.FULL_HEAP;
                boolean reports =
                        kind != Kind.SHARED && kind != Kind.CONFINED && kind != Kind.CALL && kind != Kind.CALL_FAILING;
                Child.check(!told || !reports || report != null, "no report");
                Child.check(outcome.state == null || outcome.state == State.CLOSED, "state " + outcome.state);
                Throwable thrown = outcome.thrown;
                if (kind == Kind.CALL_FAILING) {
                    Child.check(thrown == Outcome.BODY, "arrived: " + thrown);
                    Child.check(
                            trouble == Trouble.FULL_HEAP
                                    || trouble == Trouble.HEAP_UNTIL_THE_LAST
                                    || Arrays.stream(thrown.getSuppressed()).anyMatch(trouble.type::isInstance),
                            "suppressed: " + Arrays.toString(thrown.getSuppressed()));
                } else if (kind.isAsync()) {
                    Child.check(thrown == null, "arrived: " + thrown);
                    Child.check(
                            trouble == Trouble.FULL_HEAP
                                    || trouble == Trouble.HEAP_UNTIL_THE_LAST
                                    || report.failures().stream()
                                            .anyMatch(one -> trouble.type.isInstance(one.thrown())),
                            "failures: " + report);
                } else {
                    Child.check(trouble.type.isInstance(thrown), "arrived: " + thrown);
                    if (trouble == Trouble.STACK && failed == 2) {
                        // an error that the JVM made itself keeps none: then the log has it
                        Child.check(
                                Arrays.equals(thrown.getSuppressed(), new Throwable[] {Resources.ORDINARY})
                                        || outcome.isLogged(),
                                "suppressed: " + Arrays.toString(thrown.getSuppressed()));
                    }
                }
            }

            private void close(Resources resources, Outcome outcome) throws Exception {
                switch (kind) {
                    case SHARED -> fill(Scope.open(), resources, outcome);
                    case CONFINED -> fill(Scope.confined(), resources, outcome);
                    case CHILDREN -> {
                        Scope root = kind.builder(outcome.report).open();
                        for (int i = 0; i < count / 3; i++) {
                            root.own(resources.resource(i));
                        }
                        Scope child = root.child();
                        for (int i = count / 3; i < count; i++) {
                            child.own(resources.resource(i));
                        }
                        close(root, outcome);
                        Child.check(child.state() == State.CLOSED, "child is " + child.state());
                    }
                    case CALL, CALL_FAILING -> {
                        Outcome.BODY = new IllegalStateException("body");
                        try {
                            Scope.run(scope -> {
                                for (int i = 0; i < count; i++) {
                                    scope.own(resources.resource(i));
                                }
                                outcome.scope = scope;
                                if (kind == Kind.CALL_FAILING) {
                                    throw Outcome.BODY;
                                }
                            });
                        } catch (Throwable thrown) {
                            outcome.thrown = thrown;
                        }
                        outcome.state = outcome.scope.state();
                    }
                    case ASYNC, ASYNC_EXECUTOR -> {
                        Scope scope = Scope.open();
                        for (int i = 0; i < count; i++) {
                            scope.own(resources.resource(i));
                        }
                        ExecutorService executor = Executors.newSingleThreadExecutor();
                        CompletableFuture<CloseReport> done = scope.closeAsync(
                                        kind == Kind.ASYNC ? Runnable::run : executor)
                                .toCompletableFuture();
                        for (int i = 0; !done.isDone() && i < 10_000; i++) {
                            Thread.sleep(1);
                        }
                        Heap.empty();
                        outcome.report.set(done.get(1, TimeUnit.SECONDS));
                        outcome.state = scope.state();
                        executor.shutdown();
                    }
                    default -> fill(kind.builder(outcome.report).open(), resources, outcome);
                }
            }

            private void fill(Scope scope, Resources resources, Outcome outcome) {
                for (int i = 0; i < count; i++) {
                    scope.own(resources.resource(i));
                }
                close(scope, outcome);
            }

            private static void close(Scope scope, Outcome outcome) {
                try {
                    scope.close();
                } catch (Throwable thrown) {
                    outcome.thrown = thrown;
                }
                outcome.state = scope.state();
            }
        }

        /** How a close ended. */
        private static final class Outcome {
            static RuntimeException BODY;

            final AtomicReference<CloseReport> report = new AtomicReference<>();
            Throwable thrown;
            Scope scope;
            State state;

            Outcome() {
                LAST.line = "";
            }

            boolean isLogged() {
                return LAST.line.contains("1 of 2 failures to close are not carried") && LAST.line.contains("ordinary");
            }
        }

        // ---- a million failures ------------------------------------------------------------------------------------

        private static void million() {
            Scope scope = Scope.open();
            int[] next = {MILLION};
            for (int i = 0; i < MILLION; i++) {
                int number = i;
                scope.own(() -> {
                    check(--next[0] == number, number + " is closed when it is the turn of " + next[0]);
                    throw new IOException("failed");
                });
            }
            CloseException thrown = null;
            try {
                scope.close();
            } catch (CloseException e) {
                thrown = e;
            }
            check(next[0] == 0, next[0] + " left");
            check(thrown != null, "nothing was thrown");
            check(
                    thrown.report().failed() == MILLION,
                    "failed: " + thrown.report().failed());
            check(thrown.report().closed() == 0, "closed: " + thrown.report().closed());
            check(
                    thrown.getSuppressed().length == CloseReport.MAX_SUPPRESSED,
                    "suppressed: " + thrown.getSuppressed().length);
            check(
                    thrown.report().failures().size() == CloseReport.MAX_LISTED,
                    "listed: " + thrown.report().failures().size());
            check(scope.state() == State.CLOSED, "state " + scope.state());
        }

        // ---- the timer ---------------------------------------------------------------------------------------------

        /** The heap is full while the timer's thread looks; later it looks again. */
        private static void timer() throws InterruptedException {
            check(overruns(false) == 1, "no overrun with memory");
            overruns(true);
            check(overruns(false) == 1, "no overrun after the heap was full");
        }

        private static int overruns(boolean isFull) throws InterruptedException {
            AtomicReference<CloseReport> report = new AtomicReference<>();
            Scope scope = Scope.builder("watched")
                    .deadline(Duration.ofMillis(20))
                    .overrun(OverrunPolicy.INTERRUPT)
                    .onClosed(report::set)
                    .open();
            scope.own(() -> {
                try {
                    if (isFull) {
                        Heap.fill();
                    }
                } finally {
                    long start = System.nanoTime();
                    boolean slept = false;
                    while (!slept && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(isFull ? 1 : 10)) {
                        try {
                            Thread.sleep(isFull ? 300 : 5_000);
                        } catch (InterruptedException | OutOfMemoryError e) { // no memory for the exception
                            slept = true;
                        }
                    }
                    Heap.empty();
                }
            });
            try {
                scope.close();
            } catch (OutOfMemoryError expected) {
                check(isFull, "no memory: " + expected);
            }
            List<Overrun> overruns =
                    report.get() == null ? List.of() : report.get().overruns();
            return overruns.size();
        }
    }

    /** A resource for every way to own one, that counts how often it is closed. */
    static final class Counted implements AutoCloseable, CloseAction, ExitAction, Label {
        int times;

        @Override
        public void close() {
            times++;
        }

        @Override
        public void run() {
            times++;
        }

        @Override
        public void run(Exit exit) {
            times++;
        }

        @Override
        public String text() {
            return "counted";
        }
    }

    /** The ways to own. */
    enum Way {
        OWN {
            @Override
            void put(Scope scope, Counted resource) {
                scope.own(resource);
            }
        },
        OWN_VALUE {
            @Override
            void put(Scope scope, Counted resource) {
                scope.own(resource, RELEASE);
            }
        },
        HOLD {
            @Override
            void put(Scope scope, Counted resource) {
                scope.hold(resource);
            }
        },
        HOLD_LABELLED {
            @Override
            void put(Scope scope, Counted resource) {
                scope.hold(resource, resource);
            }
        },
        HOLD_VALUE {
            @Override
            void put(Scope scope, Counted resource) {
                scope.hold(resource, RELEASE, resource);
            }
        },
        SHARE {
            @Override
            void put(Scope scope, Counted resource) {
                scope.share(resource);
            }
        },
        DEFER {
            @Override
            void put(Scope scope, Counted resource) {
                scope.defer(resource);
            }
        },
        ON_EXIT {
            @Override
            void put(Scope scope, Counted resource) {
                scope.onExit(resource);
            }
        };

        private static final Release<Counted> RELEASE = Counted::close;

        abstract void put(Scope scope, Counted resource);
    }

    /** Puts resources into scopes while the heap is full. */
    static final class OwnWhenFull {
        private static final int MANY = 2_000;

        private OwnWhenFull() {}

        static void run() {
            for (Way way : Way.values()) {
                run(way, false, Scope.open(), 0, false); // loads and links
            }
            for (Way way : Way.values()) {
                run(way, true, Scope.open(), 0, false);
                run(way, true, Scope.confined(), 4, false);
                run(way, true, Scope.builder("budget").maxResources(MANY).open(), 11, true);
            }
        }

        private static void run(Way way, boolean isFull, Scope scope, int before, boolean budget) {
            Counted[] all = new Counted[MANY];
            for (int i = 0; i < MANY; i++) {
                all[i] = new Counted();
            }
            for (int i = 0; i < before; i++) {
                way.put(scope, all[i]);
            }
            if (isFull) {
                try {
                    Heap.fill();
                } catch (OutOfMemoryError expected) {
                    // as intended
                }
            }
            int tried = before;
            int refused = 0;
            while (tried < MANY && refused < 3) {
                try {
                    way.put(scope, all[tried]);
                } catch (OutOfMemoryError full) {
                    refused++;
                }
                tried++;
            }
            int early = 0;
            for (int i = 0; i < tried; i++) {
                early += all[i].times;
            }
            Heap.empty();
            Child.check(!isFull || refused == 3, way + ": refused " + refused);
            Child.check(early == refused, way + ": closed " + early + " of " + refused + " refused");
            for (; budget && tried < MANY; tried++) {
                way.put(scope, all[tried]); // what was refused has given its share back
            }
            for (int more = refused; budget && more > 0; more--) {
                way.put(scope, new Counted());
            }
            scope.close();
            for (int i = 0; i < tried; i++) {
                Child.check(all[i].times == 1, way + ": " + i + " of " + tried + " closed " + all[i].times + " times");
            }
            Child.check(scope.state() == State.CLOSED, way + ": " + scope.state());
        }
    }

    /** Uses scopes where hardly any stack is left. */
    static final class Deep {
        private static final int LEVELS = 100;

        private final Runnable work;
        private final int at;
        private int level;

        private Deep(Runnable work, int at) {
            this.work = work;
            this.at = at;
        }

        /** Goes down to the end of the stack, and does the work so many levels above it. */
        private static void run(int pad, int at, Runnable work) {
            Deep deep = new Deep(work, at);
            if (pad > 0) {
                deep.pad(pad, 1, 2, 3);
            } else {
                deep.dive();
            }
        }

        private long pad(int pad, long a, long b, long c) {
            if (pad > 1) {
                return pad(pad - 1, a + 1, b + 1, c + 1) + a + b + c;
            }
            dive();
            return a;
        }

        private void dive() {
            try {
                dive();
            } catch (StackOverflowError end) {
                level = 1;
                if (at > 0) {
                    return;
                }
            }
            if (level++ == at + 1) {
                work.run();
            }
        }

        private static Thread thread(Runnable work, AtomicReference<Throwable> failure) {
            Thread thread = new Thread(null, work, "deep", 192 << 10);
            thread.setUncaughtExceptionHandler((where, thrown) -> failure.set(thrown));
            thread.start();
            return thread;
        }

        private static void onSmallStack(Runnable work) throws InterruptedException {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = thread(work, failure);
            thread.join(25_000);
            if (thread.isAlive()) {
                for (StackTraceElement element : thread.getStackTrace()) {
                    System.out.println("hangs at " + element);
                }
                Runtime.getRuntime().halt(4);
            }
            if (failure.get() != null) {
                throw new AssertionError("on a small stack", failure.get());
            }
        }

        // ---- close -------------------------------------------------------------------------------------------------

        /** Which scope is closed deep down. */
        enum Form {
            SHARED,
            CONFINED,
            NAMED,
            DEADLINE,
            ABANDON,
            CHILD,
            PARENT,
            MOVED
        }

        static void close() throws InterruptedException {
            for (Form form : Form.values()) {
                for (int count : new int[] {3, 7}) {
                    onSmallStack(() -> {
                        Close first = new Close(form, count, "warm-up");
                        first.deep.close();
                        first.finish(null);
                        for (int at = 0; at < LEVELS; at++) {
                            for (int pad = at % 2; pad <= at % 2; pad++) {
                                Close close = new Close(form, count, form + " of " + count + " at " + at + "/" + pad);
                                Throwable[] thrown = {null};
                                run(pad, at, () -> {
                                    try {
                                        close.deep.close();
                                    } catch (Throwable failure) {
                                        thrown[0] = failure;
                                    }
                                });
                                close.finish(thrown[0]);
                            }
                        }
                    });
                }
            }
        }

        /** A scope that is closed twice: deep down, and where there is room. */
        private static final class Close {
            final Form form;
            final String what;
            final Scope top;
            final Scope deep;
            final int[] times;
            int last = Integer.MAX_VALUE;
            boolean ordered = true;

            Close(Form form, int count, String what) {
                this.form = form;
                this.what = what;
                top = switch (form) {
                    case SHARED -> Scope.open();
                    case CONFINED -> Scope.confined();
                    case DEADLINE ->
                        Scope.builder("deep").deadline(Duration.ofSeconds(20)).open();
                    case ABANDON ->
                        Scope.builder("deep")
                                .deadline(Duration.ofSeconds(20))
                                .overrun(OverrunPolicy.ABANDON)
                                .open();
                    default -> Scope.open("deep");
                };
                Scope inner = top;
                if (form == Form.CHILD || form == Form.PARENT) {
                    inner = top.child();
                } else if (form == Form.MOVED) {
                    inner = Scope.open();
                }
                times = new int[count];
                for (int i = 0; i < count; i++) {
                    int number = i;
                    inner.own(() -> {
                        times[number]++;
                        ordered &= number < last;
                        last = number;
                    });
                }
                if (form == Form.MOVED) {
                    inner.moveTo(top);
                }
                deep = form == Form.CHILD ? inner : top;
            }

            void finish(Throwable thrown) {
                State before = deep.state();
                int closed = Arrays.stream(times).sum();
                top.close();
                String all = what + ": " + thrown + ", then " + before + " with " + closed + " closed, then "
                        + top.state() + " " + Arrays.toString(times);
                if (thrown != null && !(thrown instanceof StackOverflowError)) {
                    throw new AssertionError(all, thrown);
                }
                Child.check(top.state() == State.CLOSED, all);
                Child.check(deep.state() == State.CLOSED, all);
                Child.check(thrown != null || closed == times.length, all);
                // what is called where its own frame overflows has failed: one at most, and where no run looks for room
                // first
                int lost =
                        (form == Form.SHARED || form == Form.CONFINED) && times.length <= 4 && thrown != null ? 1 : 0;
                Child.check(ordered && Arrays.stream(times).allMatch(n -> n <= 1), all);
                Child.check(Arrays.stream(times).sum() >= times.length - lost, all);
            }
        }

        // ---- own ---------------------------------------------------------------------------------------------------

        static void own() throws InterruptedException {
            for (Way way : Way.values()) {
                for (int before : new int[] {0, 4}) {
                    onSmallStack(() -> {
                        for (int at = -1; at < LEVELS; at++) {
                            for (int pad = 0; pad < 2; pad++) {
                                own(way, before, at, pad);
                            }
                        }
                    });
                }
            }
        }

        private static void own(Way way, int before, int at, int pad) {
            Scope scope = Scope.open("deep");
            for (int i = 0; i < before; i++) {
                way.put(scope, new Counted());
            }
            Counted resource = new Counted();
            boolean[] owned = {false};
            Runnable put = () -> {
                try {
                    way.put(scope, resource);
                    owned[0] = true;
                } catch (StackOverflowError refused) {
                    owned[0] = false;
                }
            };
            if (at < 0) {
                put.run();
            } else {
                run(pad, at, put);
            }
            scope.close(); // does not wait for a lock that nobody holds
            Child.check(scope.state() == State.CLOSED, way + ": " + scope.state());
            Child.check(!owned[0] || resource.times == 1, way + " at " + at + ": closed " + resource.times + " times");
            Child.check(resource.times <= 1, way + " at " + at + ": closed " + resource.times + " times");
        }
    }
}
