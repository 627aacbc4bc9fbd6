package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lifecycle.Lease;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two and more threads at one scope, round after round: whoever wins, each resource is released once, and a close that has
 * returned leaves nothing open. The stress cases under {@code benchmarks/jcstress} try the same claims harder.
 */
@Tag("once")
@Timeout(60)
class ScopeRaceTest {
    private static final long RACE_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final int MAX_ROUNDS = 20_000;
    private static final int STAGGER = 256;
    private static final long HANG_MILLIS = 10_000;
    private static final Label LABEL = () -> "the culprit";

    // ---- the race course -------------------------------------------------------------------------------------------

    /** Which threads run, and how many. */
    private enum Crowd {
        /** One thread for each part of a round. */
        FEW,
        /** Many rounds at a time: more threads than cores, so that they are preempted anywhere. */
        MANY,
        /** The same on virtual threads, JDK 21 and later. */
        VIRTUAL;

        int groups() {
            return this == FEW ? 1 : 2 + 2 * Runtime.getRuntime().availableProcessors();
        }

        Thread thread(Runnable body) {
            if (this != VIRTUAL) {
                Thread thread = new Thread(body, "racer");
                thread.setDaemon(true);
                return thread;
            }
            try {
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                Class<?> type = Class.forName("java.lang.Thread$Builder");
                return (Thread) type.getMethod("unstarted", Runnable.class).invoke(builder, body);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }

    static Stream<Crowd> crowds() {
        return Runtime.version().feature() >= 21 ? Stream.of(Crowd.values()) : Stream.of(Crowd.FEW, Crowd.MANY);
    }

    /** A part of a round, for a thread of its own. */
    @FunctionalInterface
    private interface Part {
        void run() throws Exception;
    }

    /** What happens at one time, and what must hold after it. */
    private record Round(Part check, List<Part> parts) {
        static Round of(Part check, Part... parts) {
            return new Round(check, List.of(parts));
        }
    }

    /** The threads that run rounds one after the other. */
    private static final class Group {
        private final Supplier<Round> rounds;
        private final int size;
        private final long end = System.nanoTime() + RACE_NANOS;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger arrived = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private volatile @Nullable Round round;

        Group(Crowd crowd, Supplier<Round> rounds) {
            this.rounds = rounds;
            this.size = rounds.get().parts().size();
            for (int i = 0; i < size; i++) {
                int part = i;
                threads.add(crowd.thread(() -> run(part)));
            }
        }

        private void run(int part) {
            for (int n = 0; ; n++) {
                if (part == 0) {
                    round = next(n);
                }
                meet();
                Round now = round;
                if (now == null) {
                    return;
                }
                for (int spins = n * (part * 7 + 13) % STAGGER; spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                attempt(now.parts().get(part));
                meet();
                if (part == 0) {
                    attempt(now.check());
                }
            }
        }

        private @Nullable Round next(int n) {
            return failure.get() != null || n == MAX_ROUNDS || System.nanoTime() - end >= 0 ? null : rounds.get();
        }

        private void attempt(Part part) {
            try {
                part.run();
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            }
        }

        /** A barrier that wakes nobody: who has arrived looks for the others. */
        private void meet() {
            int goal = arrived.getAndIncrement() / size * size + size;
            for (int spins = 0; arrived.get() < goal; spins++) {
                if (spins < 1_000) {
                    Thread.onSpinWait();
                } else if (spins < 1_100) {
                    Thread.yield();
                } else { // virtual threads that only yield keep those that wake up from being scheduled
                    LockSupport.parkNanos(20_000);
                }
            }
        }

        void finish() {
            threads.forEach(ScopeRaceTest::join);
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new AssertionError(thrown.toString(), thrown);
            }
        }
    }

    private static void race(Crowd crowd, Supplier<Round> rounds) {
        List<Group> groups = Stream.generate(() -> new Group(crowd, rounds))
                .limit(crowd.groups())
                .toList();
        groups.forEach(group -> group.threads.forEach(Thread::start));
        groups.forEach(Group::finish);
    }

    /** Waits for the end of {@code thread}, which must not hang. */
    private static void join(Thread thread) {
        try {
            thread.join(HANG_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (thread.isAlive()) {
            StringBuilder stacks = new StringBuilder("a thread hangs");
            for (StackTraceElement frame : thread.getStackTrace()) {
                stacks.append("\n\tat ").append(frame);
            }
            fail(stacks.toString());
        }
    }

    private static Thread start(Crowd crowd, Part body) {
        Thread thread = crowd.thread(() -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(HANG_MILLIS, TimeUnit.MILLISECONDS), "what is waited for did not happen");
    }

    /** Counts its closes. */
    private static final class Resource implements AutoCloseable {
        private final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            closes.incrementAndGet();
        }

        void closed(int times) {
            assertEquals(times, closes.get(), "closes");
        }
    }

    /** Whether {@code part} was done; false if a scope, a budget or a used-up handle refused it. */
    private static boolean done(Part part) throws Exception {
        try {
            part.run();
            return true;
        } catch (ScopeClosedException | ScopeFullException | UseAfterCloseException refused) {
            return false;
        }
    }

    // ---- putting in ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void ownAgainstCloseReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource one = new Resource();
            Resource other = new Resource();
            return Round.of(
                    () -> {
                        one.closed(1);
                        other.closed(1);
                    },
                    () -> done(() -> scope.own(one)),
                    () -> done(() -> scope.own(other)),
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void ownByManyAgainstCloseReleasesEachOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            List<Resource> all = Stream.generate(Resource::new).limit(60).toList();
            return Round.of(
                    () -> all.forEach(resource -> resource.closed(1)),
                    () -> all.subList(0, 30).forEach(resource -> {
                        try {
                            scope.own(resource);
                        } catch (ScopeClosedException late) {
                            resource.closed(1);
                        }
                    }),
                    () -> all.subList(30, 60).forEach(resource -> {
                        try {
                            scope.hold(resource);
                        } catch (ScopeClosedException late) {
                            resource.closed(1);
                        }
                    }),
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void acquireAgainstCloseReleasesWhatItOpened(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            AtomicInteger opened = new AtomicInteger();
            Resource resource = new Resource();
            return Round.of(
                    () -> resource.closed(opened.get()),
                    () -> done(() -> scope.acquire(() -> {
                        opened.incrementAndGet();
                        return resource;
                    })),
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aBudgetIsNotOverdrawn(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.builder().maxResources(1).maxChildren(1).open();
            AtomicInteger taken = new AtomicInteger();
            Part own = () -> taken.addAndGet(done(() -> scope.own(new Resource())) ? 1 : 0);
            Part child = () -> taken.addAndGet(done(scope::child) ? 100 : 0);
            return Round.of(() -> assertEquals(101, taken.get()), own, child, own, child);
        });
    }

    // ---- moving ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void moveAgainstOwnReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.open();
            Scope target = Scope.open();
            Resource before = source.own(new Resource());
            Resource resource = new Resource();
            return Round.of(
                    () -> {
                        before.closed(0);
                        target.close();
                        before.closed(1);
                        resource.closed(1);
                    },
                    () -> source.moveTo(target),
                    () -> done(() -> source.own(resource)));
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void moveAgainstCloseOfBothReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.open();
            Scope target = Scope.open();
            Resource resource = source.own(new Resource());
            Resource own = target.own(new Resource());
            return Round.of(
                    () -> {
                        resource.closed(1);
                        own.closed(1);
                    },
                    () -> done(() -> source.moveTo(target)),
                    source::close,
                    target::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aMoveThatSucceededIsClosedByTheTargetAlone(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.open();
            Scope target = Scope.open();
            Resource resource = source.own(new Resource());
            AtomicReference<Boolean> moved = new AtomicReference<>();
            return Round.of(
                    () -> {
                        resource.closed(moved.get() ? 1 : 0);
                        source.close();
                        resource.closed(1);
                    },
                    () -> moved.set(done(() -> source.moveTo(target))),
                    target::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void movesInARingLeaveOneOutside(Crowd crowd) {
        race(crowd, () -> {
            Scope a = Scope.open();
            Scope b = Scope.open();
            Scope c = Scope.open();
            Resource inA = a.own(new Resource());
            Resource inB = b.own(new Resource());
            Resource inC = c.own(new Resource());
            AtomicInteger moved = new AtomicInteger();
            return Round.of(
                    () -> {
                        assertTrue(moved.get() >= 1 && moved.get() <= 2, "moves: " + moved);
                        a.close();
                        b.close();
                        c.close();
                        inA.closed(1);
                        inB.closed(1);
                        inC.closed(1);
                    },
                    () -> moveInto(a, b, moved),
                    () -> moveInto(b, c, moved),
                    () -> moveInto(c, a, moved));
        });
    }

    private static void moveInto(Scope source, Scope target, AtomicInteger moved) throws Exception {
        try {
            moved.addAndGet(done(() -> source.moveTo(target)) ? 1 : 0);
        } catch (IllegalArgumentException below) {
            assertTrue(source.isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void detachAgainstOwnAndCloseReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource before = scope.own(new Resource());
            Resource resource = new Resource();
            AtomicReference<Scope> detached = new AtomicReference<>();
            return Round.of(
                    () -> {
                        if (detached.get() != null) {
                            detached.get().close();
                        }
                        before.closed(1);
                        resource.closed(1);
                    },
                    () -> done(() -> detached.set(scope.detachAll())),
                    () -> done(() -> scope.own(resource)),
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void handlesFindTheirSlotWhileEverythingIsDetached(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            int size = 1_000;
            List<Resource> all = Stream.generate(Resource::new).limit(size).toList();
            List<Owned<Resource>> handles = new ArrayList<>();
            all.forEach(resource -> handles.add(scope.hold(resource)));
            handles.subList(4, 4 + (size - 4) / 2).forEach(Owned::close); // one more hole, and they are closed up
            AtomicReference<Scope> detached = new AtomicReference<>();
            return Round.of(
                    () -> {
                        Resource later = scope.own(new Resource());
                        handles.forEach(Owned::close);
                        all.forEach(resource -> resource.closed(1));
                        detached.get().close();
                        scope.close();
                        later.closed(1);
                        all.forEach(resource -> resource.closed(1));
                    },
                    () -> detached.set(scope.detachAll()),
                    handles.get(size - 2)::close);
        });
    }

    // ---- handles ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void releaseAgainstCloseGivesTheResourceToOne(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource resource = new Resource();
            Owned<Resource> handle = scope.hold(resource);
            AtomicReference<Boolean> released = new AtomicReference<>();
            return Round.of(
                    () -> resource.closed(released.get() ? 0 : 1),
                    () -> released.set(done(handle::release)),
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aHandleUsedByAllReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Scope target = Scope.open();
            Resource resource = new Resource();
            Owned<Resource> handle = scope.hold(resource);
            return Round.of(
                    () -> {
                        target.close();
                        resource.closed(1);
                    },
                    handle::close,
                    () -> done(() -> handle.moveTo(target)),
                    handle::close,
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aHandleMovesIntoAClosingScopeOrStays(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Scope target = Scope.open();
            Resource resource = new Resource();
            Owned<Resource> handle = scope.hold(resource);
            AtomicReference<Boolean> moved = new AtomicReference<>();
            return Round.of(
                    () -> {
                        resource.closed(moved.get() ? 1 : 0);
                        scope.close();
                        resource.closed(1);
                    },
                    () -> moved.set(done(() -> handle.moveTo(target))),
                    target::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aMovedScopeStaysWhileSomethingIsInIt(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.open();
            Scope target = Scope.open();
            List<Resource> early = Stream.generate(Resource::new).limit(3).toList();
            Resource last = new Resource();
            Owned<Resource> one = source.hold(early.get(0));
            Owned<Resource> two = source.hold(early.get(1));
            source.hold(last);
            Owned<Resource> three = source.hold(early.get(2));
            source.moveTo(target);
            return Round.of(
                    () -> {
                        early.forEach(resource -> resource.closed(1));
                        last.closed(0);
                        target.close();
                        last.closed(1);
                    },
                    one::close,
                    two::close,
                    three::close);
        });
    }

    /** Once it is moved to a thread-safe scope, it belongs to no thread: handles work from any. */
    @ParameterizedTest
    @MethodSource("crowds")
    void handlesOfAMovedConfinedScopeReleaseOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.confined();
            Scope target = Scope.open();
            Resource resource = new Resource();
            Resource neighbour = source.own(new Resource());
            Owned<Resource> handle = source.hold(resource);
            source.moveTo(target);
            return Round.of(
                    () -> {
                        resource.closed(1);
                        neighbour.closed(1);
                    },
                    handle::close,
                    handle::close,
                    target::close);
        });
    }

    /** Its owner goes on using it while a stranger closes the scope it was moved to; or the move is refused. */
    @ParameterizedTest
    @MethodSource("crowds")
    void aConfinedChildOfAMovedScopeReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope target = Scope.open();
            List<Resource> owned = new ArrayList<>();
            return Round.of(
                    () -> owned.forEach(resource -> resource.closed(1)),
                    () -> {
                        Scope source = Scope.confined();
                        try {
                            Scope child = source.child();
                            source.moveTo(target);
                            for (int i = 0; i < 4; i++) {
                                Resource resource = new Resource();
                                owned.add(resource);
                                child.own(resource);
                            }
                        } catch (ScopeClosedException | IllegalArgumentException refused) {
                            source.close();
                        }
                    },
                    target::close);
        });
    }

    /** Entries move down over the slots of those that leave: who looks at that moment must not think that none is left. */
    @ParameterizedTest
    @MethodSource("crowds")
    void aMovedScopeStaysWhileItsLastEntryMovesDown(Crowd crowd) {
        race(crowd, () -> {
            Scope source = Scope.open();
            Scope target = Scope.open();
            Owned<Resource> one = source.hold(new Resource());
            Owned<Resource> two = source.hold(new Resource());
            Resource last = source.own(new Resource());
            source.moveTo(target);
            return Round.of(
                    () -> {
                        target.close();
                        last.closed(1);
                    },
                    one::close,
                    two::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aChildOpenedBelowAMovedConfinedScopeReleasesOnce(Crowd crowd) {
        race(crowd, () -> {
            Scope target = Scope.open();
            Resource resource = new Resource();
            return Round.of(
                    () -> resource.closed(1),
                    () -> {
                        Scope source = Scope.confined();
                        Scope child = source.child();
                        boolean owned = done(() -> source.moveTo(target))
                                && done(() -> child.child().own(resource));
                        if (!owned && resource.closes.get() == 0) {
                            resource.close(); // no child was opened to own it
                        }
                        source.close();
                    },
                    target::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aConfinedChildReleasesOnceWhileItsParentClosesOnAnotherThread(Crowd crowd) {
        race(crowd, () -> {
            Resource resource = new Resource();
            AtomicReference<Runnable> handed = new AtomicReference<>();
            return Round.of(
                    () -> resource.closed(1),
                    () -> {
                        Scope parent = Scope.confined();
                        Scope child = parent.child();
                        parent.closeAsync(handed::set);
                        done(() -> child.own(resource));
                    },
                    () -> {
                        while (handed.get() == null) {
                            Thread.yield();
                        }
                        handed.get().run();
                    });
        });
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void whicheverCloseReturnsEverythingIsReleased(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource own = scope.own(new Resource());
            Resource childs = scope.child("child").own(new Resource());
            Part close = () -> {
                scope.close();
                assertEquals(State.CLOSED, scope.state());
                own.closed(1);
                childs.closed(1);
            };
            Part async = () -> {
                scope.closeAsync(Runnable::run).toCompletableFuture().join();
                own.closed(1);
                childs.closed(1);
            };
            return Round.of(close, close, async, close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aParentWaitsForAChildThatAnotherThreadCloses(Crowd crowd) {
        race(crowd, () -> {
            Scope parent = Scope.open();
            Resource parents = parent.own(new Resource());
            Scope child = parent.child();
            Resource childs = child.own(new Resource());
            return Round.of(
                    () -> childs.closed(1),
                    () -> {
                        child.close();
                        childs.closed(1);
                    },
                    () -> {
                        parent.close();
                        childs.closed(1);
                        parents.closed(1);
                    });
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void noChildOutlivesItsParent(Crowd crowd) {
        race(crowd, () -> {
            Scope parent = Scope.open();
            AtomicReference<Scope> child = new AtomicReference<>();
            Resource resource = new Resource();
            AtomicInteger owned = new AtomicInteger();
            return Round.of(
                    () -> {
                        assertTrue(child.get() == null || child.get().state() == State.CLOSED);
                        resource.closed(owned.get());
                    },
                    () -> done(() -> {
                        child.set(parent.child().child());
                        owned.set(1);
                        child.get().own(resource);
                    }),
                    parent::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void childrenLeaveAClosingParentByAnyDoor(Crowd crowd) {
        race(crowd, () -> {
            Scope parent = Scope.open();
            Scope target = Scope.open();
            List<Resource> all = new ArrayList<>();
            List<Scope> children = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                children.add(parent.child());
                all.add(children.get(i).own(new Resource()));
            }
            return Round.of(
                    () -> {
                        target.close();
                        all.forEach(resource -> resource.closed(1));
                    },
                    () -> children.forEach(child -> {
                        try {
                            child.moveTo(target);
                        } catch (ScopeClosedException late) {
                            assertFalse(child.isOpen());
                        }
                    }),
                    () -> children.forEach(Scope::close),
                    parent::close);
        });
    }

    // ---- leases ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void nothingIsClosedUnderALease(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource resource = new Resource();
            Guarded<Resource> guarded = scope.share(resource);
            Part lend = () -> done(() -> {
                try (Lease<Resource> lease = guarded.lease()) {
                    lease.get().closed(0);
                }
            });
            return Round.of(() -> resource.closed(1), lend, lend, () -> {
                scope.close();
                resource.closed(1);
            });
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void theLastLeaseOfAnUnfitResourceAndItsScopeCloseItOnce(Crowd crowd) {
        RuntimeException unfit = new RuntimeException("unfit");
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource resource = new Resource();
            Guarded<Resource> guarded = scope.share(resource);
            Lease<Resource> one = guarded.lease();
            Lease<Resource> two = guarded.lease();
            return Round.of(
                    () -> resource.closed(1),
                    () -> {
                        one.invalidate(unfit);
                        one.close();
                    },
                    two::close,
                    guarded::close,
                    scope::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void whicheverGuardedCloseReturnsTheResourceIsClosed(Crowd crowd) {
        race(crowd, () -> {
            Resource resource = new Resource();
            Guarded<Resource> guarded = Scope.open().share(resource);
            Part close = () -> {
                guarded.close();
                resource.closed(1);
            };
            return Round.of(close, close, close);
        });
    }

    // ---- closes that meet each other -------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("crowds")
    void aCloserMayCloseItsOwnScope(Crowd crowd) {
        race(crowd, () -> {
            Scope scope = Scope.open();
            Resource oldest = scope.own(new Resource());
            scope.defer(scope::close);
            scope.child().defer(scope::close);
            return Round.of(() -> oldest.closed(1), scope::close, () -> {
                scope.close();
                oldest.closed(1);
            });
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void aChildsCloserMayCloseTheParent(Crowd crowd) {
        race(crowd, () -> {
            Scope parent = Scope.open();
            Resource parents = parent.own(new Resource());
            Scope child = parent.child();
            Resource childs = child.own(new Resource());
            child.defer(parent::close);
            return Round.of(
                    () -> {
                        parents.closed(1);
                        childs.closed(1);
                        assertEquals(State.CLOSED, parent.state());
                        assertEquals(State.CLOSED, child.state());
                    },
                    child::close,
                    parent::close);
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void crossWaitingClosesOfParentAndChildEnd(Crowd crowd) {
        race(crowd, () -> {
            Scope parent = Scope.open();
            Resource parents = parent.own(new Resource());
            Scope child = parent.child();
            Resource childs = child.own(new Resource());
            child.defer(parent::close);
            parent.defer(child::close);
            return Round.of(
                    () -> {
                        parents.closed(1);
                        childs.closed(1);
                    },
                    child::close,
                    parent::close,
                    () -> child.closeAsync(Runnable::run).toCompletableFuture().join());
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void crossWaitingClosesOfStrangersEnd(Crowd crowd) {
        race(crowd, () -> {
            Scope a = Scope.open();
            Scope b = Scope.open();
            Resource inA = a.own(new Resource());
            Resource inB = b.own(new Resource());
            a.defer(b::close);
            b.defer(a::close);
            return Round.of(
                    () -> {
                        inA.closed(1);
                        inB.closed(1);
                    },
                    a::close,
                    b::close);
        });
    }

    /** The closer waits for the parent and gives up, not the parent: it has promised that nothing below it is open. */
    @ParameterizedTest
    @MethodSource("crowds")
    void aParentWaitsForAChildWhoseCloserClosesTheParent(Crowd crowd) {
        race(crowd, () -> {
            CountDownLatch parentCloses = new CountDownLatch(1);
            CountDownLatch childCloses = new CountDownLatch(1);
            Scope parent = Scope.open();
            Resource parents = parent.own(new Resource());
            Scope child = parent.child();
            Resource childs = child.own(new Resource());
            child.defer(() -> {
                parents.closed(0);
                childCloses.countDown();
                await(parentCloses);
                parent.close();
                parents.closed(0);
            });
            parent.defer(() -> {
                parentCloses.countDown();
                await(childCloses);
            });
            return Round.of(
                    () -> childs.closed(1),
                    () -> {
                        parent.close();
                        childs.closed(1);
                        parents.closed(1);
                    },
                    () -> {
                        await(parentCloses);
                        child.close();
                        childs.closed(1);
                    });
        });
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void crossWaitingClosesOfAScopeAndAGuardedResourceEnd(Crowd crowd) throws Exception {
        CountDownLatch scopeCloses = new CountDownLatch(1);
        CountDownLatch guardedCloses = new CountDownLatch(1);
        Scope scope = Scope.open();
        Guarded<AutoCloseable> guarded = scope.share(() -> {
            guardedCloses.countDown();
            await(scopeCloses);
            scope.close(); // waits for the other thread
        });
        scope.defer(() -> {
            scopeCloses.countDown();
            guarded.close(); // waits for this one
        });
        Thread one = start(crowd, guarded::close);
        await(guardedCloses);
        Thread other = start(crowd, scope::close);
        join(one);
        join(other);
        assertEquals(State.CLOSED, scope.state());
    }

    /** What waits in the executor cannot begin before the thread that waits for it goes on. */
    @ParameterizedTest
    @MethodSource("crowds")
    void aCloseOnTheOnlyThreadOfAnExecutorRunsTheCloseThatIsQueuedThere(Crowd crowd) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(crowd::thread);
        try {
            Scope parent = Scope.open();
            Resource resource = parent.own(new Resource());
            Scope child = parent.child();
            Resource childs = child.own(new Resource());
            CountDownLatch queued = new CountDownLatch(1);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            executor.execute(() -> {
                try {
                    await(queued);
                    parent.close();
                    childs.closed(1);
                    closed.complete(null);
                } catch (Throwable e) {
                    closed.completeExceptionally(e);
                }
            });
            CompletableFuture<CloseReport> report = child.closeAsync(executor).toCompletableFuture();
            queued.countDown();
            closed.get(HANG_MILLIS, TimeUnit.MILLISECONDS);
            report.get(HANG_MILLIS, TimeUnit.MILLISECONDS);
            resource.closed(1);
            childs.closed(1);
        } finally {
            executor.shutdownNow();
        }
    }

    // ---- deadlines -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = OverrunPolicy.class,
            names = {"INTERRUPT", "ABANDON"})
    void aCloserThatJoinsAThreadWhichClosesTheScopeIsNamed(OverrunPolicy policy) {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = Scope.builder("joined")
                    .deadline(Duration.ofMillis(50))
                    .overrun(policy)
                    .open();
            Resource oldest = scope.own(new Resource());
            CountDownLatch left = new CountDownLatch(1);
            AtomicReference<@Nullable Thread> joined = new AtomicReference<>();
            scope.hold(this, self -> joinCloserOf(scope, joined, left), LABEL);
            CompletableFuture<CloseReport> closed = new CompletableFuture<>();
            Thread closing = start(
                    Crowd.FEW,
                    () -> closed.complete(scope.closeAsync(Runnable::run)
                            .toCompletableFuture()
                            .join()));
            join(closing);
            CloseReport report = closed.join();
            assertEquals(1, report.overruns().size());
            assertEquals("the culprit", report.overruns().get(0).label());
            assertEquals(policy, report.overruns().get(0).done());
            assertTrue(
                    Stream.of(report.overruns().get(0).stack())
                            .anyMatch(frame -> frame.getMethodName().equals("joinCloserOf")),
                    "the stack must show where it is stuck");
            assertTrue(log.mentions("scope joined"), "the log must name the scope");
            oldest.closed(1);
            join(joined.get());
            await(left);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void joinCloserOf(Scope scope, AtomicReference<@Nullable Thread> joined, CountDownLatch left)
            throws InterruptedException {
        Thread second = start(Crowd.FEW, scope::close);
        joined.set(second);
        try {
            second.join();
        } finally {
            left.countDown();
        }
    }

    /** Logging is code of users: it may need a lock that the closing thread holds. */
    @ParameterizedTest
    @EnumSource(
            value = OverrunPolicy.class,
            names = {"REPORT", "INTERRUPT"})
    void aLogThatWaitsForTheClosingThreadDoesNotHoldItUp(OverrunPolicy policy) throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch logging = new CountDownLatch(1);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logging.countDown();
                lock.lock();
                lock.unlock();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.lifecycle.scope");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            Scope scope = Scope.builder()
                    .deadline(Duration.ofMillis(5))
                    .timeSource(new Clock()) // a timer of its own: should it hang, the other tests go on
                    .overrun(policy)
                    .open();
            Resource oldest = scope.own(new Resource());
            scope.defer(() -> {
                boolean interrupted = false;
                while (logging.getCount() > 0) {
                    LockSupport.parkNanos(1_000_000);
                    interrupted |= Thread.interrupted();
                }
                assertFalse(interrupted && policy == OverrunPolicy.REPORT);
            });
            Thread closing = start(Crowd.FEW, () -> {
                lock.lock();
                try {
                    scope.close();
                } finally {
                    lock.unlock();
                }
            });
            join(closing);
            oldest.closed(1);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    /** An interrupt that is meant for one closer must not hit the next one, nor the code after the close. */
    @ParameterizedTest
    @MethodSource("crowds")
    void anInterruptOfADeadlineHitsNobodyElse(Crowd crowd) {
        try (LogCapture log = LogCapture.ofScopes()) {
            race(crowd, () -> {
                AtomicInteger strays = new AtomicInteger();
                Scope scope = Scope.builder()
                        .deadline(Duration.ofNanos(100_000))
                        .overrun(OverrunPolicy.INTERRUPT)
                        .open();
                for (int i = 0; i < 4; i++) {
                    int micros = 95 + i * 5; // ends about when the deadline passes
                    Scope.builder().deadline(Duration.ofHours(1)).open(scope).defer(() -> {
                        spin(20);
                        strays.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                    });
                    scope.defer(() -> spin(micros));
                }
                return Round.of(() -> {}, () -> {
                    scope.close();
                    assertFalse(Thread.interrupted(), "the code after the close was interrupted");
                    assertEquals(0, strays.get(), "closers far from their deadline were interrupted");
                });
            });
        }
    }

    private static void spin(int micros) {
        long since = System.nanoTime();
        while (System.nanoTime() - since < micros * 1_000L) {
            Thread.onSpinWait();
        }
    }

    /** The thread that looks at deadlines ends when it is idle; a deadline that is armed at that moment is not missed. */
    @Test
    void aDeadlineIsSeenThoughTheTimerEndsJustThen() throws InterruptedException {
        int clocks = 32;
        CountDownLatch interrupted = new CountDownLatch(clocks);
        List<Thread> threads = new ArrayList<>();
        try (LogCapture log = LogCapture.ofScopes()) {
            for (int i = 0; i < clocks; i++) {
                long pause = TimeUnit.MILLISECONDS.toNanos(499) + i * TimeUnit.MICROSECONDS.toNanos(100);
                TimeSource clock = new Clock();
                threads.add(start(Crowd.FEW, () -> {
                    timed(clock).close(); // starts a timer thread of its own, which is idle in about a millisecond
                    long since = System.nanoTime();
                    for (long left = pause; left > 0; left = pause - (System.nanoTime() - since)) {
                        LockSupport.parkNanos(left);
                    }
                    Scope scope = timed(clock);
                    scope.defer(() -> {
                        try {
                            new CountDownLatch(1).await(HANG_MILLIS, TimeUnit.MILLISECONDS);
                        } catch (InterruptedException expected) {
                            interrupted.countDown();
                        }
                    });
                    scope.close();
                }));
            }
            await(interrupted);
            threads.forEach(ScopeRaceTest::join);
        }
    }

    private static Scope timed(TimeSource clock) {
        return Scope.builder()
                .deadline(Duration.ofMillis(1))
                .overrun(OverrunPolicy.INTERRUPT)
                .timeSource(clock)
                .open();
    }

    /** The clock of the JVM, but not the same one to the library: it gets a timer thread of its own. */
    private static final class Clock implements TimeSource {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    // ---- the reaper ------------------------------------------------------------------------------------------------

    @Test
    void aLeakListenerMayCloseScopesOnTheReaper() throws InterruptedException {
        Scope scope = Scope.open();
        Resource oldest = scope.own(new Resource());
        Resource shared = new Resource();
        scope.share(shared);
        scope.child("child").defer(scope::close);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicReference<String> by = new AtomicReference<>("nobody");
        try (Quiet quiet = Quiet.log("dev.lifecycle.leak");
                LeakDetector<Object> detector = detector();
                LeakDetector.Registration registration = detector.addListener(report -> {
                    by.set(Thread.currentThread().getName());
                    scope.close();
                    closed.countDown();
                })) {
            leak(detector);
            collectUntil(closed);
        }
        assertEquals("lifecycle-reaper", by.get());
        oldest.closed(1);
        shared.closed(1);
        assertEquals(State.CLOSED, scope.state());
    }

    @Test
    void theReaperAndAnotherThreadMayCloseOneScopeAtOnce() throws InterruptedException {
        try (Quiet quiet = Quiet.log("dev.lifecycle.leak");
                LeakDetector<Object> detector = detector()) {
            Scope scope = Scope.open();
            Resource oldest = scope.own(new Resource());
            CountDownLatch reaping = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            scope.defer(() -> await(reaping)); // the scope closes while the reaper comes to close it
            try (LeakDetector.Registration registration = detector.addListener(report -> {
                reaping.countDown();
                scope.close();
                oldest.closed(1);
                closed.countDown();
            })) {
                Thread other = start(Crowd.FEW, scope::close);
                leak(detector);
                collectUntil(closed);
                join(other);
            }
            oldest.closed(1);
        }
    }

    /** A lease that is dropped is given back by the reaper, which then closes the resource, which closes the scope. */
    @Test
    void aResourceThatTheReaperClosesMayCloseItsScope() throws InterruptedException {
        try (Quiet quiet = Quiet.log("dev.lifecycle.leak")) {
            Scope scope = Scope.open();
            Resource oldest = scope.own(new Resource());
            CountDownLatch closed = new CountDownLatch(1);
            AtomicInteger closes = new AtomicInteger();
            dropLease(scope.share(() -> {
                closes.incrementAndGet();
                scope.close();
                closed.countDown();
            }));
            collectUntil(closed);
            oldest.closed(1);
            scope.close();
            assertEquals(1, closes.get());
        }
    }

    /** Keeps a log off the console meanwhile. */
    private record Quiet(Logger logger) implements AutoCloseable {
        static Quiet log(String name) {
            Logger logger = Logger.getLogger(name);
            logger.setUseParentHandlers(false);
            return new Quiet(logger);
        }

        @Override
        public void close() {
            logger.setUseParentHandlers(true);
        }
    }

    private static LeakDetector<Object> detector() {
        return LeakDetector.forType(Object.class)
                .sampling(1)
                .capture(LeakDetector.Capture.SITE)
                .open();
    }

    private static void leak(LeakDetector<Object> detector) {
        detector.track(new Object(), Site.named("race"));
    }

    private static void dropLease(Guarded<AutoCloseable> guarded) {
        guarded.lease().invalidate(new IllegalStateException("unfit"));
    }

    private static void collectUntil(CountDownLatch done) throws InterruptedException {
        long since = System.nanoTime();
        do {
            System.gc();
            assertTrue(
                    System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS), "the reaper did not come");
        } while (!done.await(20, TimeUnit.MILLISECONDS));
    }
}
