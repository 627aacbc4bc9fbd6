package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.Lease;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Interrupts of the closing thread: not for closers, and never lost. On platform threads, and virtual ones from JDK 21 on. */
@Timeout(60)
class ScopeInterruptTest {
    private final Journal journal = new Journal();

    /** A way to start threads. */
    enum Kind {
        PLATFORM {
            @Override
            Thread start(Runnable task) {
                Thread thread = new Thread(task, "platform");
                thread.start();
                return thread;
            }
        },
        VIRTUAL {
            @Override
            Thread start(Runnable task) {
                try {
                    return (Thread) startVirtual().invoke(null, task);
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        };

        abstract Thread start(Runnable task);

        static Method startVirtual() throws NoSuchMethodException {
            return Thread.class.getMethod("startVirtualThread", Runnable.class);
        }

        /** Runs {@code work} to its end and returns its result, or throws what it throws. */
        <T> T call(Supplier<T> work) {
            AtomicReference<T> result = new AtomicReference<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = start(() -> {
                try {
                    result.set(work.get());
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            Await.until("ends", () -> !thread.isAlive());
            if (failure.get() != null) {
                throw new AssertionError("on a thread of its own", failure.get());
            }
            return result.get();
        }
    }

    static Stream<Kind> threads() {
        try {
            Kind.startVirtual();
            return Stream.of(Kind.values());
        } catch (NoSuchMethodException before21) {
            return Stream.of(Kind.PLATFORM);
        }
    }

    /** Every kind of scope that shields. */
    private static List<Supplier<Scope>> scopes() {
        return List.of(
                Scope::open,
                Scope::confined,
                () -> Scope.open("named"),
                () -> Scope.open().child(),
                () -> Scope.builder().deadline(Duration.ofHours(1)).open());
    }

    /** Whether the flag was set, which is cleared now. */
    private static boolean flag() {
        return Thread.interrupted();
    }

    private void seeFlag() {
        journal.note(Thread.currentThread().isInterrupted() ? "interrupted" : "calm");
    }

    // ---- before the close ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("threads")
    void hidesAPendingInterruptFromClosersAndSetsItAgainOnce(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            for (int closers = 1; closers <= 6; closers++) {
                int count = closers;
                Journal seen = new Journal();
                List<Boolean> after = thread.call(() -> {
                    Scope scope = kind.get();
                    for (int i = 0; i < count; i++) {
                        scope.defer(() -> seen.note(Thread.currentThread().isInterrupted()));
                    }
                    Thread.currentThread().interrupt();
                    scope.close();
                    return List.of(flag(), flag());
                });
                assertEquals(List.of(true, false), after);
                assertEquals(Collections.nCopies(count, "false"), seen.entries());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void setsNoFlagThatWasNotSet(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            assertEquals(false, thread.call(() -> {
                Scope scope = kind.get();
                scope.own(journal.resource(0));
                scope.close();
                return flag();
            }));
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsTheFlagOfAnEmptyScope(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            assertEquals(true, thread.call(() -> {
                Scope scope = kind.get();
                Thread.currentThread().interrupt();
                scope.close();
                return flag();
            }));
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsTheFlagWhenClosersFail(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            for (Throwable thrown : List.of(
                    new IllegalStateException("failed"), new IOException("failed"), new AssertionError("failed"))) {
                assertEquals(List.of(true, false), thread.call(() -> {
                    Scope scope = kind.get();
                    scope.defer(this::seeFlag);
                    scope.own(journal.failing("failing", thrown));
                    Thread.currentThread().interrupt();
                    assertThrows(Throwable.class, scope::close);
                    return List.of(flag(), flag());
                }));
            }
        }
        assertEquals(0, Collections.frequency(journal.entries(), "interrupted"));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void doesNotCutAwaitTerminationShort(Kind thread) {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        CountDownLatch busy = new CountDownLatch(1);
        AtomicReference<Boolean> terminated = new AtomicReference<>();
        AtomicReference<Thread> closer = new AtomicReference<>();
        pool.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        boolean after = thread.call(() -> {
            Scope scope = Scope.open();
            scope.own(pool, service -> {
                service.shutdown();
                closer.set(Thread.currentThread());
                new Thread(() -> {
                            Await.until(
                                    "waits for the pool", () -> closer.get().getState() == Thread.State.TIMED_WAITING);
                            busy.countDown();
                        })
                        .start();
                terminated.set(service.awaitTermination(20, TimeUnit.SECONDS));
            });
            Thread.currentThread().interrupt();
            scope.close();
            return flag();
        });
        assertEquals(true, terminated.get());
        assertEquals(true, after);
    }

    // ---- during the close ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("threads")
    void hidesAnInterruptThatComesBetweenTwoClosers(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            for (int others = 1; others <= 6; others++) {
                int count = others;
                Journal seen = new Journal();
                List<Boolean> after = thread.call(() -> {
                    Scope scope = kind.get();
                    for (int i = 0; i < count; i++) {
                        scope.defer(() -> seen.note(Thread.currentThread().isInterrupted()));
                    }
                    scope.defer(() -> Thread.currentThread().interrupt());
                    scope.close();
                    return List.of(flag(), flag());
                });
                assertEquals(List.of(true, false), after);
                assertEquals(Collections.nCopies(count, "false"), seen.entries());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsAnInterruptThatComesInTheLastCloser(Kind thread) {
        for (Supplier<Scope> kind : scopes()) {
            assertEquals(List.of(true, false), thread.call(() -> {
                Scope scope = kind.get();
                scope.defer(() -> Thread.currentThread().interrupt());
                scope.defer(this::seeFlag);
                scope.close();
                return List.of(flag(), flag());
            }));
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void letsACloserTakeTheInterruptThatItCausedItself(Kind thread) {
        assertEquals(false, thread.call(() -> {
            Scope scope = Scope.open();
            scope.defer(() -> {
                Thread.currentThread().interrupt();
                assertEquals(true, Thread.interrupted());
            });
            scope.close();
            return flag();
        }));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void hidesAnInterruptFromClosersOfChildrenAndMovedScopes(Kind thread) {
        boolean after = thread.call(() -> {
            Scope scope = Scope.open();
            scope.defer(this::seeFlag);
            scope.child().defer(this::seeFlag);
            Scope source = Scope.open();
            source.defer(this::seeFlag);
            source.child("grandchild").defer(() -> {
                seeFlag();
                Thread.currentThread().interrupt();
            });
            source.moveTo(scope);
            Thread.currentThread().interrupt();
            scope.close();
            return flag();
        });
        assertEquals(true, after);
        assertEquals(Collections.nCopies(4, "calm"), journal.entries());
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsAnInterruptThatACloserAnswersWithAnException(Kind thread) {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Thread> closer = new AtomicReference<>();
        List<Boolean> after = thread.call(() -> {
            Scope scope = Scope.open();
            scope.defer(this::seeFlag);
            scope.defer(() -> {
                closer.set(Thread.currentThread());
                Thread outside = new Thread(closer.get()::interrupt);
                outside.start();
                inside.await();
            });
            CloseException thrown = assertThrows(CloseException.class, scope::close);
            assertSame(InterruptedException.class, thrown.getCause().getClass());
            return List.of(flag(), flag());
        });
        assertEquals(List.of("calm"), journal.entries());
        assertEquals(List.of(true, false), after, "CloseException does not declare it, so the flag must tell");
    }

    // ---- no shield -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("threads")
    void deliversAnInterruptIfToldTo(Kind thread) {
        boolean after = thread.call(() -> {
            Scope scope = Scope.builder().interrupts(InterruptPolicy.DELIVER).open();
            scope.defer(this::seeFlag);
            scope.child().defer(this::seeFlag);
            Thread.currentThread().interrupt();
            scope.close();
            return flag();
        });
        assertEquals(List.of("interrupted", "interrupted"), journal.entries());
        assertEquals(true, after);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsADeliveredInterruptThatACloserAnswersWithAnException(Kind thread) {
        boolean after = thread.call(() -> {
            Scope scope = Scope.builder().interrupts(InterruptPolicy.DELIVER).open();
            scope.defer(() -> new CountDownLatch(1).await());
            Thread.currentThread().interrupt();
            assertThrows(CloseException.class, scope::close);
            return flag();
        });
        assertEquals(true, after);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void shieldsAChildThatIsBuiltToBeUnderAParentThatIsNot(Kind thread) {
        thread.call(() -> {
            Scope scope = Scope.builder().interrupts(InterruptPolicy.DELIVER).open();
            scope.defer(this::seeFlag);
            Scope.builder().interrupts(InterruptPolicy.SHIELD).open(scope).defer(this::seeFlag);
            scope.defer(this::seeFlag);
            Thread.currentThread().interrupt();
            scope.close();
            return flag();
        });
        // what the child's shield hides is given back at the end of the whole close
        assertEquals(List.of("interrupted", "calm"), journal.entries().subList(0, 2));
    }

    // ---- who waits -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("threads")
    void waitsOnForAnotherCloserThoughInterrupted(Kind thread) {
        Scope scope = Scope.open();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        scope.defer(() -> {
            inside.countDown();
            go.await();
        });
        Thread first = Kind.PLATFORM.start(scope::close);
        boolean after = thread.call(() -> {
            Await.until("first", () -> inside.getCount() == 0);
            Thread self = Thread.currentThread();
            new Thread(() -> {
                        Await.until("waits", () -> self.getState() == Thread.State.TIMED_WAITING);
                        self.interrupt();
                        go.countDown();
                    })
                    .start();
            scope.close();
            journal.note(scope.state());
            return flag();
        });
        assertEquals(true, after);
        assertEquals(List.of("CLOSED"), journal.entries());
        Await.until("ends", () -> !first.isAlive());
    }

    @ParameterizedTest
    @MethodSource("threads")
    void waitsOnForALeaseThoughInterrupted(Kind thread) {
        VirtualTime time = new VirtualTime();
        Scope scope = Scope.builder().timeSource(time).open();
        Guarded<AutoCloseable> guarded = scope.share(journal.resource("shared"));
        Lease<AutoCloseable> lease = guarded.lease();
        List<Boolean> after = thread.call(() -> {
            Thread self = Thread.currentThread();
            new Thread(() -> {
                        Await.until("waits", () -> time.parked() > 0);
                        self.interrupt();
                        Await.until("waits again", () -> time.parked() > 0);
                        lease.close();
                    })
                    .start();
            scope.close();
            return List.of(flag(), flag());
        });
        assertEquals(List.of(true, false), after);
        assertEquals(List.of("shared"), journal.entries());
    }

    @ParameterizedTest
    @MethodSource("threads")
    void keepsTheFlagThroughACall(Kind thread) {
        Function<Boolean, Boolean> call = fails -> {
            try {
                Scope.run(scope -> {
                    scope.defer(this::seeFlag);
                    Thread.currentThread().interrupt();
                    if (fails) {
                        throw new IllegalStateException("body");
                    }
                });
            } catch (IllegalStateException body) {
                assertEquals("body", body.getMessage());
            }
            return flag();
        };
        assertEquals(true, thread.call(() -> call.apply(false)));
        assertEquals(true, thread.call(() -> call.apply(true)));
        assertEquals(List.of("calm", "calm"), journal.entries());
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closesManyScopesThatBlock(Kind kind) {
        int scopes = kind == Kind.PLATFORM ? 200 : 10_000;
        AtomicInteger closed = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < scopes; i++) {
            all.add(kind.start(() -> {
                try (Scope scope = Scope.open()) {
                    for (int closer = 0; closer < 3; closer++) {
                        scope.defer(() -> {
                            LockSupport.parkNanos(1_000_000);
                            closed.incrementAndGet();
                        });
                    }
                }
            }));
        }
        for (Thread thread : all) {
            Await.until("ends", () -> !thread.isAlive());
        }
        assertEquals(3 * scopes, closed.get());
    }
}
