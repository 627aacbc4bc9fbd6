package dev.lifecycle.impl.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.PhantomReference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private final Holder holder = new Holder();

    private static final class Holder extends Reaper.Client {
        volatile boolean live = true;

        @Override
        protected boolean isLive() {
            return live;
        }

        void begin() {
            live = true;
            watch();
        }

        void call(Reaper.Reapable what) {
            begin();
            summon(what);
        }
    }

    private static final class Ref extends PhantomReference<Object> implements Reaper.Reapable {
        private final Runnable action;

        Ref(Object referent, Runnable action) {
            super(referent, Reaper.queue());
            this.action = action;
        }

        @Override
        public void reap() {
            action.run();
        }
    }

    @AfterEach
    void letTheThreadEnd() {
        holder.live = false;
        assertTrue(Reaper.invariantsHold());
    }

    private Ref dropped(Runnable action) {
        return new Ref(new Object(), action);
    }

    @Test
    void callsAReferenceWhoseReferentWasCollected() {
        AtomicReference<Thread> on = new AtomicReference<>();
        Ref ref = dropped(() -> on.set(Thread.currentThread()));
        holder.begin();
        Await.collection();
        Await.within(Duration.ofSeconds(1), "reaped", () -> on.get() != null);
        assertEquals("lifecycle-reaper", on.get().getName());
        assertTrue(on.get().isDaemon());
        assertNull(on.get().getContextClassLoader());
        assertTrue(ref.refersTo(null));
    }

    @Test
    void endsWhenNoClientIsLiveAndStartsAgain() {
        for (int round = 0; round < 2; round++) {
            holder.begin();
            assertTrue(Reaper.isRunning());
            AtomicBoolean called = new AtomicBoolean();
            holder.call(() -> called.set(true));
            Await.until("called", called::get);
            holder.live = false;
            Await.within(Duration.ofSeconds(10), "ended", () -> !Reaper.isRunning() && reapers() == 0);
        }
    }

    private static long reapers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("lifecycle-reaper"))
                .count();
    }

    @Test
    void survivesWhateverAReferenceThrows() {
        AtomicInteger calls = new AtomicInteger();
        holder.call(() -> {
            calls.incrementAndGet();
            throw new StackOverflowError("not a real one");
        });
        holder.call(() -> {
            calls.incrementAndGet();
            throw new IllegalStateException("planted");
        });
        holder.call(calls::incrementAndGet);
        Await.until("all called", () -> calls.get() == 3);
    }

    @Test
    void survivesAnInterrupt() {
        AtomicInteger calls = new AtomicInteger();
        holder.call(() -> {
            Thread.currentThread().interrupt();
            calls.incrementAndGet();
        });
        Await.until("first call", () -> calls.get() == 1);
        holder.call(calls::incrementAndGet);
        Await.until("second call", () -> calls.get() == 2);
    }

    @Test
    void goesOnWithoutACallThatIsStuckAndTakesNothingFromItTwice() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<Thread> stuckThread = new AtomicReference<>();
        AtomicInteger told = new AtomicInteger();
        AtomicReference<Boolean> still = new AtomicReference<>();
        holder.call(() -> still.set(Reaper.callOut(new Reaper.CallOut() {
            @Override
            public void run() {
                stuckThread.set(Thread.currentThread());
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void stuck() {
                told.incrementAndGet();
            }
        })));
        Await.until("in the call", () -> stuckThread.get() != null);
        AtomicReference<Thread> other = new AtomicReference<>();
        holder.call(() -> other.set(Thread.currentThread()));
        Await.until("another thread goes on", () -> other.get() != null);
        assertNotEquals(stuckThread.get(), other.get());
        assertEquals(1, told.get());
        release.countDown();
        Await.until("the stuck thread ends", () -> !stuckThread.get().isAlive());
        assertEquals(false, still.get());
        AtomicReference<Thread> third = new AtomicReference<>();
        holder.call(() -> third.set(Thread.currentThread()));
        Await.until("called", () -> third.get() != null);
        assertEquals(other.get(), third.get());
    }

    @Test
    void takesNothingMoreOnAThreadThatWasReplacedAlthoughItsCallThrows() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch releaseOther = new CountDownLatch(1);
        AtomicReference<Thread> stuckThread = new AtomicReference<>();
        holder.call(() -> Reaper.callOut(new Reaper.CallOut() {
            @Override
            public void run() {
                stuckThread.set(Thread.currentThread());
                await(release);
                throw new IllegalStateException("planted");
            }

            @Override
            public void stuck() {}
        }));
        Await.until("in the call", () -> stuckThread.get() != null);
        AtomicReference<Thread> other = new AtomicReference<>();
        holder.call(() -> {
            other.set(Thread.currentThread());
            await(releaseOther); // so that nobody but the first thread could take what comes next
        });
        Await.until("another thread goes on", () -> other.get() != null);
        AtomicReference<Thread> third = new AtomicReference<>();
        holder.call(() -> third.set(Thread.currentThread()));
        release.countDown();
        Await.until("the stuck thread ends", () -> !stuckThread.get().isAlive());
        releaseOther.countDown();
        Await.until("called", () -> third.get() != null);
        assertEquals(other.get(), third.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void staysTheReaperAfterACallThatReturned() {
        AtomicReference<Boolean> still = new AtomicReference<>();
        holder.call(() -> still.set(Reaper.callOut(new Reaper.CallOut() {
            @Override
            public void run() {}

            @Override
            public void stuck() {
                throw new AssertionError("it was not");
            }
        })));
        Await.until("called", () -> still.get() != null);
        assertEquals(true, still.get());
    }

    /** The race of I2: a client becomes live just when it is being let go. */
    @Test
    void neverLetsGoOfAClientThatIsLive() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread rounds = new Thread(() -> {
            while (!stop.get()) {
                Reaper.round();
            }
        });
        rounds.start();
        try {
            for (int i = 0; i < 200_000; i++) {
                holder.begin();
                if ((i & 15) == 0) {
                    assertTrue(Reaper.isAttached(holder), "round " + i);
                }
                holder.live = false;
            }
        } finally {
            stop.set(true);
            rounds.join();
        }
        Reaper.round();
        assertFalse(Reaper.isAttached(holder));
    }
}
