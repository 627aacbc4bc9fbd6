package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.memory.RouteMoments.Estimate;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RouteMomentsTest {
    private static final int ROUTES = 20;
    private static final int RUNS = 200;
    private static final double SESSIONS = 6 << 20; // the live heap of sessions, as measured: 6 MB, for 8 minutes
    private static final double SESSION_MINUTES = 8;

    /** Hours of a service whose routes have each a load of their own; the heap is collected each minute. */
    private static RouteMoments service(long seed, int leaking, double bytes, int hours, double perMinute) {
        return service(ROUTES, seed, leaking, bytes, hours, perMinute);
    }

    private static RouteMoments service(int routes, long seed, int leaking, double bytes, int hours, double perMinute) {
        Random random = new Random(seed);
        RouteMoments moments = new RouteMoments();
        double[] load = new double[routes]; // of the logarithm, changing over half an hour
        double[] done = new double[routes];
        double sessions = 0;
        double alike = Math.exp(-1 / SESSION_MINUTES);
        double alikeLoad = Math.exp(-1 / 30.0);
        for (int minute = 0; minute < hours * 60; minute++) {
            sessions = alike * sessions + Math.sqrt(1 - alike * alike) * SESSIONS * random.nextGaussian();
            long[] counts = new long[routes];
            for (int route = 0; route < routes; route++) {
                load[route] = alikeLoad * load[route] + Math.sqrt(1 - alikeLoad * alikeLoad) * random.nextGaussian();
                done[route] += perMinute * Math.exp(load[route] - 0.5);
                counts[route] = (long) done[route];
            }
            double kept = leaking < 0 ? 0 : bytes * counts[leaking];
            moments.add(TimeUnit.MINUTES.toNanos(minute), (200 << 20) + sessions + kept, counts);
        }
        return moments;
    }

    private static int strongest(Estimate[] estimates) {
        int best = 0;
        for (int i = 1; i < estimates.length; i++) {
            best = estimates[i].strength() > estimates[best].strength() ? i : best;
        }
        return best;
    }

    @Test
    void namesABusyRouteThatKeeps200BytesAfterTwelveHours() {
        int right = 0;
        int covered = 0;
        double sum = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            int leaking = seed % ROUTES;
            Estimate[] estimates = service(seed, leaking, 200, 12, 3_840).estimate(ROUTES);
            right += strongest(estimates) == leaking ? 1 : 0;
            Estimate one = estimates[leaking];
            covered += one.low() <= 200 && one.high() >= 200 ? 1 : 0;
            sum += one.weight() / RUNS;
        }
        System.out.printf("top-1 right in %d of %d, interval right in %d, mean %.0f B%n", right, RUNS, covered, sum);
        assertTrue(right >= 0.95 * RUNS, right + " of " + RUNS + ", seeds from 0");
        assertTrue(covered >= 0.98 * RUNS, covered + " of " + RUNS + ", seeds from 0");
        assertEquals(200, sum, 40);
    }

    @Test
    void namesOneOfEightRoutesThatAreAskedTwentyTimesASecond() {
        int right = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            int leaking = seed % 8;
            right += strongest(service(8, seed, leaking, 200, 12, 1_200).estimate(8)) == leaking ? 1 : 0;
        }
        System.out.println("of eight routes at 20 requests a second: top-1 right in " + right + " of " + RUNS);
        assertTrue(right >= 0.95 * RUNS, right + " of " + RUNS + ", seeds from 0");
    }

    /** At a request a second each, beside 6 MB of sessions, 200 B are too little to name the route; the interval must say so. */
    @Test
    void claimsNothingThatItCannotTell() {
        int right = 0;
        int wrong = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            int leaking = seed % ROUTES;
            Estimate[] estimates = service(seed, leaking, 200, 12, 60).estimate(ROUTES);
            right += strongest(estimates) == leaking ? 1 : 0;
            for (int route = 0; route < ROUTES; route++) {
                wrong += route != leaking && estimates[route].low() > 1 ? 1 : 0;
            }
        }
        System.out.println(
                "at a request a second: top-1 right in " + right + " of " + RUNS + ", accused wrongly " + wrong);
        assertTrue(wrong <= 0.005 * RUNS * ROUTES, wrong + ", seeds from 0");
    }

    @Test
    void accusesNobodyWhereNothingIsKept() {
        int accused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            for (Estimate each : service(seed, -1, 0, 12, 60).estimate(ROUTES)) {
                accused += each.low() > 1 ? 1 : 0;
            }
        }
        System.out.println("accused: " + accused + " of " + RUNS * ROUTES);
        assertTrue(accused <= 0.005 * RUNS * ROUTES, accused + " of " + RUNS * ROUTES + ", seeds from 0");
    }

    @Test
    void saysNothingOfTooFewMoments() {
        RouteMoments moments = new RouteMoments();
        assertNull(moments.estimate(2));
        for (int i = 0; i < 9; i++) {
            moments.add(TimeUnit.MINUTES.toNanos(i), i * 1000, new long[] {i * 100L, i * i * 100L});
        }
        assertNull(moments.estimate(2));
    }

    @Test
    void cannotTellRoutesApartThatComeTogether() {
        RouteMoments moments = new RouteMoments();
        Random random = new Random(1);
        long done = 0;
        for (int i = 0; i < 100; i++) {
            done += 100 + random.nextInt(100);
            moments.add(TimeUnit.MINUTES.toNanos(i), done * 100, new long[] {done, done});
        }
        Estimate[] both = moments.estimate(2);
        assertNull(both[0]);
        assertNull(both[1]);
    }

    @Test
    void leavesOutARouteHardlyAsked() {
        RouteMoments moments = new RouteMoments();
        for (int i = 0; i < 100; i++) {
            moments.add(TimeUnit.MINUTES.toNanos(i), i * 100, new long[] {i * 100L + (i % 7) * 13, i / 10});
        }
        assertNull(moments.estimate(2)[1]);
        assertNull(moments.estimate(3)[2], "a route without requests");
    }

    @Test
    void holdsABoundedNumberOfMoments() {
        RouteMoments moments = new RouteMoments();
        int most = 0;
        for (int i = 0; i < 100_000; i++) {
            moments.add(TimeUnit.SECONDS.toNanos(15L * i), i, new long[] {i});
            most = Math.max(most, moments.size());
        }
        assertEquals(256, most);
        assertTrue(moments.size() > 127);
    }

    @Test
    void ofCollectionsCloseTogetherTheLeastCounts() {
        RouteMoments moments = new RouteMoments();
        assertTrue(moments.add(0, 10, new long[] {1}));
        assertTrue(!moments.add(1, 5, new long[] {2}));
        assertEquals(1, moments.size());
    }
}
