package dev.lifecycle.tests.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The clock beside the obvious model: adding up. All waits are bounded, since jqwik knows no timeouts. */
@SuppressWarnings("try") // registrations are not used, only closed
class VirtualTimeModelTest {
    @Provide
    Arbitrary<Long> readings() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(Long.MAX_VALUE - 50, Long.MAX_VALUE),
                Arbitraries.longs().between(Long.MIN_VALUE, Long.MIN_VALUE + 50),
                Arbitraries.longs().between(-50, 50));
    }

    /** The obvious model: a sleeper is up when its nap is not longer than the sum of the steps. */
    @Property(tries = 60)
    void agreesWithAddingUpWhereverReadingsStart(
            @ForAll("readings") long start,
            @ForAll @Size(min = 1, max = 4) List<@LongRange(min = 1, max = 60) Long> naps,
            @ForAll @Size(max = 6) List<@LongRange(max = 25) Long> steps)
            throws InterruptedException {
        VirtualTime clock = new VirtualTime(start);
        Map<Sleeper, Long> asleep = new HashMap<>();
        for (long nap : naps) {
            asleep.put(Sleeper.start(clock, nap), nap);
        }
        List<Long> all = new ArrayList<>(steps);
        all.add(60L); // at last everybody
        long passed = 0;
        for (long step : all) {
            clock.advance(Duration.ofNanos(step));
            passed += step;
            assertEquals(start + passed, clock.nanos());
            for (Sleeper sleeper : List.copyOf(asleep.keySet())) {
                if (asleep.get(sleeper) <= passed) {
                    Await.end(sleeper);
                    assertEquals(List.of(passed), sleeper.wokenAfter);
                    asleep.remove(sleeper);
                }
            }
            assertEquals(asleep.size(), clock.parked());
        }
    }

    /** Each thread sleeps through its naps; in virtual time nobody is ever late, however the threads are scheduled. */
    @Property(tries = 40)
    void bringsEveryThreadThroughItsNapsOnTime(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 5) List<@LongRange(min = 1, max = 30) Long>> plans)
            throws InterruptedException {
        VirtualTime clock = new VirtualTime(Long.MAX_VALUE - 20); // readings wrap on the way
        CountDownLatch registered = new CountDownLatch(plans.size());
        List<Thread> threads = new ArrayList<>();
        List<List<Long>> woken = new ArrayList<>();
        for (List<Long> plan : plans) {
            List<Long> mine = new ArrayList<>(); // read after the thread has ended
            woken.add(mine);
            Thread thread = new Thread(() -> {
                try (VirtualTime.Registration registration = clock.register()) {
                    registered.countDown();
                    registered.await();
                    for (long nap : plan) {
                        Sleeper.sleep(clock, nap);
                        mine.add(clock.nanos() - (Long.MAX_VALUE - 20));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            Await.end(thread);
        }
        for (int i = 0; i < plans.size(); i++) {
            List<Long> expected = new ArrayList<>();
            long at = 0;
            for (long nap : plans.get(i)) {
                at += nap;
                expected.add(at);
            }
            assertEquals(expected, woken.get(i));
        }
        assertEquals(0, clock.parked());
    }
}
