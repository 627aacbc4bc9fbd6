package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.OpenChildrenException;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.time.VirtualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/scope.md. */
class ScopeRecipesTest {
    @TempDir
    Path dir;

    private final List<String> events = new ArrayList<>();

    // ---- several things --------------------------------------------------------------------------------------------

    // @start region="several"
    static List<String> firstLines(List<Path> logs) throws IOException {
        try (Scope scope = Scope.open()) {
            List<BufferedReader> readers = new ArrayList<>();
            for (Path log : logs) { // how many is known only now
                readers.add(scope.own(Files.newBufferedReader(log)));
            }
            List<String> lines = new ArrayList<>();
            for (BufferedReader reader : readers) {
                lines.add(reader.readLine());
            }
            return lines;
        } // all are closed, the last one first, also if one of them fails, or opening one of them does
    }
    // @end

    @Test
    void closesSeveralThings() throws IOException {
        assertEquals(List.of("one", "two"), firstLines(List.of(file("a", "one\n1"), file("b", "two\n2"))));
    }

    // ---- things without close --------------------------------------------------------------------------------------

    interface Plugin {
        default String answer() {
            return "42";
        }
    }

    // @start region="no-close"
    static String run(Plugin plugin, ReentrantLock lock) throws IOException {
        try (Scope scope = Scope.open()) {
            ExecutorService workers = scope.own(Executors.newSingleThreadExecutor(), ExecutorService::shutdown);
            Path scratch = scope.own(Files.createTempFile("plugin", null), Files::delete);
            lock.lock();
            scope.defer(lock::unlock);
            if (plugin instanceof AutoCloseable closeable) { // some plugins have a close(), some have none
                scope.own(closeable);
            }
            workers.execute(() -> System.out.println("working in " + scratch));
            return plugin.answer();
        }
    }
    // @end

    @Test
    void ownsWhatHasNoClose() throws IOException {
        final class Closeable implements Plugin, AutoCloseable {
            @Override
            public void close() {
                events.add("closed");
            }
        }
        ReentrantLock lock = new ReentrantLock();
        assertEquals("42", run(new Plugin() {}, lock));
        assertEquals("42", run(new Closeable(), lock));
        assertEquals(List.of("closed"), events);
        assertFalse(lock.isLocked());
    }

    // ---- asynchronous completion -----------------------------------------------------------------------------------

    /** Sends in the background. */
    interface Client {
        CompletionStage<Long> send(InputStream body);
    }

    // @start region="async"
    static CompletionStage<CloseReport> export(Path file, Client client, Scope app, Executor executor)
            throws IOException {
        try (Scope local = Scope.open()) {
            InputStream body = local.own(Files.newInputStream(file));
            CompletionStage<Long> sent = client.send(body); // returns at once; if it throws, local closes the file
            Scope response = app.child("GET /export");
            local.moveTo(response); // from here on the completion is the owner: local is empty
            return sent.handle((bytes, failure) -> {
                        if (failure == null) {
                            response.succeed(bytes);
                        } else {
                            response.fail(failure);
                        }
                        return response.closeAsync(executor);
                    })
                    .thenCompose(report -> report);
        }
    }
    // @end

    @Test
    void handsOverToAnAsynchronousCompletion() throws Exception {
        CompletableFuture<Long> sending = new CompletableFuture<>();
        List<InputStream> bodies = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            CompletionStage<CloseReport> end = export(
                    file("a", "data"),
                    body -> {
                        bodies.add(body);
                        return sending;
                    },
                    app,
                    Runnable::run);
            assertEquals('d', bodies.get(0).read());
            assertEquals(1, app.snapshot().children().size());
            sending.completeExceptionally(new CancellationException("the client went away"));
            CloseReport report = end.toCompletableFuture().get();
            assertInstanceOf(Exit.Cancelled.class, report.exit());
            assertEquals(0, report.failed());
            assertThrows(IOException.class, bodies.get(0)::read);
            assertEquals(0, app.snapshot().children().size());
        }
    }

    // ---- early close -----------------------------------------------------------------------------------------------

    /** Something to own. */
    private final class Session implements AutoCloseable {
        private final String user;

        Session(String user) {
            this.user = user;
        }

        String say(String text) {
            return user + ": " + text;
        }

        @Override
        public void close() {
            events.add(user + " left");
        }
    }

    @Test
    void closesOneEarly() {
        // @start region="early"
        try (Scope room = Scope.open("room")) {
            Owned<Session> kim = room.hold(new Session("kim"), () -> "session of kim");
            Owned<Session> sam = room.hold(new Session("sam"), () -> "session of sam");
            assertEquals("kim: hello", kim.get().say("hello"));
            kim.close(); // now, on this thread; its slot in the room is free
            assertThrows(UseAfterCloseException.class, kim::get);
            Session mine = sam.release(); // open, and no longer the room's
            mine.close();
        }
        // @end
        assertEquals(List.of("kim left", "sam left"), events);
    }

    // ---- leases ----------------------------------------------------------------------------------------------------

    /** Something to share. */
    private final class Model implements AutoCloseable {
        String answer(String question) {
            return question + "? 42";
        }

        @Override
        public void close() {
            events.add("model closed");
        }
    }

    @Test
    void sharesOneWithLeases() {
        // @start region="share"
        Scope app = Scope.builder("chat").deadline(Duration.ofMillis(50)).open();
        Guarded<Model> model = app.share(new Model());
        try (Lease<Model> lease = model.lease().label("POST /chat")) {
            assertEquals("life? 42", lease.get().answer("life"));
        }
        Lease<Model> forgotten = model.lease().label("GET /stream");
        CloseException e = assertThrows(CloseException.class, app::close); // waited for 50 ms
        assertTrue(e.getMessage().contains("GET /stream"), e.getMessage());
        assertEquals(List.of(), events); // the model is open: somebody uses it
        forgotten.close();
        assertEquals(List.of("model closed"), events);
        // @end
        assertInstanceOf(CloseTimeoutException.class, e.getCause());
    }

    // ---- moving ----------------------------------------------------------------------------------------------------

    // @start region="all-or-nothing"
    static final class Replicas implements AutoCloseable {
        private final List<BufferedReader> readers = new ArrayList<>();
        private final Scope owned;

        Replicas(List<Path> files) throws IOException {
            try (Scope building = Scope.open()) {
                for (Path file : files) {
                    readers.add(building.own(Files.newBufferedReader(file)));
                }
                owned = building.detachAll(); // all are open; until here a failure would have closed each of them
            }
        }

        @Override
        public void close() {
            owned.close();
        }
    }
    // @end

    @Test
    void buildsAllOrNothing() throws IOException {
        Path there = file("a", "one");
        assertThrows(IOException.class, () -> new Replicas(List.of(there, dir.resolve("missing"))));
        try (Replicas replicas = new Replicas(List.of(there))) {
            assertEquals("one", replicas.readers.get(0).readLine());
        }
    }

    @Test
    void movesOwnership() {
        // @start region="move"
        try (Scope app = Scope.open("app");
                Scope login = app.child("login");
                Scope session = app.child("session")) {
            Owned<Session> kim = login.hold(new Session("kim"));
            login.own(new Session("sam"));
            Owned<Session> moved = kim.moveTo(session); // one: the old handle is used up, the new one is valid
            login.moveTo(session); // all the rest, in one step; login is closed and empty
            assertEquals("kim: hello", moved.get().say("hello"));
            assertFalse(login.isOpen());
        }
        assertEquals(List.of("sam left", "kim left"), events); // newest first, moving counts as entering
        // @end
    }

    // ---- children --------------------------------------------------------------------------------------------------

    @Test
    void nestsScopes() {
        // @start region="children"
        Scope app = Scope.builder("app").childPolicy(ChildPolicy.STRICT).open();
        try (Scope request = app.child("POST /chat")) {
            request.defer(() -> events.add("first request done"));
        } // leaves nothing behind in app
        Scope forgotten = app.child("POST /chat");
        forgotten.defer(() -> events.add("second request done"));
        OpenChildrenException e = assertThrows(OpenChildrenException.class, app::close);
        assertTrue(e.getMessage().contains("app/POST /chat"), e.getMessage());
        assertEquals(List.of("first request done", "second request done"), events); // closed all the same
        // @end
        assertFalse(forgotten.isOpen());
    }

    // ---- deadlines -------------------------------------------------------------------------------------------------

    @Test
    void goesOnPastAStuckCloser() {
        CountDownLatch never = new CountDownLatch(1);
        List<CloseReport> reports = new ArrayList<>();
        // @start region="deadline"
        Scope app = Scope.builder("app")
                .deadline(Duration.ofMillis(50)) // for each closer
                .overrun(OverrunPolicy.ABANDON)
                .onClosed(reports::add)
                .open();
        app.defer(() -> events.add("the rest is closed"));
        app.own(never, CountDownLatch::await); // a closer that hangs
        CloseTimeoutException e = assertThrows(CloseTimeoutException.class, app::close);
        assertTrue(e.getMessage().contains("was abandoned"), e.getMessage());
        assertEquals(List.of("the rest is closed"), events);
        StackTraceElement[] stuckAt = reports.get(0).overruns().get(0).stack();
        // @end
        assertTrue(List.of(stuckAt).toString().contains("CountDownLatch.await"));
        never.countDown();
    }

    // ---- exceptions ------------------------------------------------------------------------------------------------

    // @start region="typed"
    static void write(Path file, String text) throws IOException {
        try (var scope = Scope.open().throwing(IOException.class)) { // close() throws IOException as it is
            scope.own(Files.newBufferedWriter(file)).write(text); // written to the disk by close()
        }
    }

    static void writeAll(List<Path> files, String text) throws IOException {
        try (Scope scope = Scope.open()) {
            for (Path file : files) {
                scope.own(Files.newBufferedWriter(file)).write(text);
            }
        } catch (CloseException e) {
            throw e.as(IOException.class); // the same, where the scope is opened elsewhere
        }
    }
    // @end

    @Test
    void throwsTypedExceptions() throws IOException {
        Path file = dir.resolve("written");
        write(file, "text");
        assertEquals("text", Files.readString(file));
        writeAll(List.of(file, dir.resolve("also")), "more");
        assertEquals("more", Files.readString(file));
        assertThrows(IOException.class, () -> {
            try (var scope = Scope.open().throwing(IOException.class)) {
                scope.defer(() -> {
                    throw new IOException("disk full");
                });
            }
        });
    }

    // ---- exit ------------------------------------------------------------------------------------------------------

    /** Something with two ends. */
    private final class Transaction {
        void insert(String row) {
            if (row.isEmpty()) {
                throw new IllegalArgumentException("row is empty");
            }
        }

        void commit() {
            events.add("commit");
        }

        void rollback() {
            events.add("rollback");
        }
    }

    // @start region="exit"
    int insert(List<String> rows) {
        return Scope.call(scope -> {
            Transaction transaction = new Transaction();
            scope.onExit(exit -> {
                if (exit instanceof Exit.Success) {
                    transaction.commit(); // what it throws is what insert throws
                } else {
                    transaction.rollback(); // what it throws is suppressed in what the body threw
                }
            });
            rows.forEach(transaction::insert);
            return rows.size();
        });
    }
    // @end

    @Test
    void tellsHowTheWorkEnded() {
        assertEquals(2, insert(List.of("a", "b")));
        assertThrows(IllegalArgumentException.class, () -> insert(List.of("")));
        assertEquals(List.of("commit", "rollback"), events);
    }

    // ---- thread locals ----------------------------------------------------------------------------------------------

    // @start region="bind"
    static String handle(String user, ThreadLocal<String> currentUser) {
        try (Scope request = Scope.confined()) {
            request.bind(currentUser, user); // its former value comes back, or none if it had none
            return greeting(currentUser);
        }
    }
    // @end

    private static String greeting(ThreadLocal<String> currentUser) {
        return "hello " + currentUser.get();
    }

    @Test
    void bindsAThreadLocal() {
        ThreadLocal<String> currentUser = new ThreadLocal<>();
        assertEquals("hello alice", handle("alice", currentUser));
        assertNull(currentUser.get());
    }

    // ---- budgets ---------------------------------------------------------------------------------------------------

    @Test
    void limitsWhatItOwns() {
        // @start region="budget"
        try (Scope room = Scope.builder("room")
                .maxResources(100)
                .maxChildren(10)
                .maxWeight(1_000, resource -> resource instanceof byte[] buffer ? buffer.length : 0)
                .open()) {
            room.own(new byte[900], buffer -> events.add("released " + buffer.length));
            ScopeFullException e = assertThrows(
                    ScopeFullException.class,
                    () -> room.own(new byte[200], buffer -> events.add("released " + buffer.length)));
            assertTrue(e.getMessage().contains("maxWeight is 1000"), e.getMessage());
            assertEquals(List.of("released 200"), events); // refused, and not lost
        }
        // @end
    }

    // ---- late ------------------------------------------------------------------------------------------------------

    @Test
    void refusesWhatComesLate() {
        // @start region="late"
        Scope app = Scope.open("app");
        app.close();
        assertThrows(ScopeClosedException.class, () -> app.own(new Session("kim"))); // closes the session, then throws
        assertEquals(List.of("kim left"), events);
        assertThrows(ScopeClosedException.class, () -> app.acquire(() -> new Session("sam"))); // does not even open one
        // @end
        assertEquals(List.of("kim left"), events);
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    @Test
    void testsADeadlineWithoutWaiting() {
        // @start region="virtual-time"
        VirtualTime clock = new VirtualTime();
        Scope app = Scope.builder("app")
                .deadline(Duration.ofMinutes(5))
                .timeSource(clock)
                .open();
        Guarded<Model> model = app.share(new Model());
        Lease<Model> lease = model.lease();
        try (VirtualTime.Registration me = clock.register()) { // when I wait by this clock, it jumps
            assertThrows(CloseException.class, app::close); // five minutes pass at once
        }
        assertEquals(Duration.ofMinutes(5), Duration.ofNanos(clock.nanos()));
        lease.close();
        // @end
        assertEquals(List.of("model closed"), events);
    }

    private Path file(String name, String text) throws IOException {
        return Files.write(dir.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
