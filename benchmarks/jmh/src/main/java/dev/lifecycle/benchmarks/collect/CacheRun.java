package dev.lifecycle.benchmarks.collect;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lifecycle.collect.BoundedCache;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.openjdk.jol.info.GraphLayout;

/**
 * Measures what JMH cannot, in a JVM of its own: the bytes of an entry, by JOL, and what others wait beside a slow load.
 *
 * <p>Prints a line {@code name figure} for each. Goals C9 and C11.
 */
public final class CacheRun {
    /** What the JVM is told: JOL looks into the classes of the JDK. */
    public static final List<String> JVM = List.of(
            "-Djol.magicFieldOffset=true", "-Djdk.attach.allowAttachSelf=true", "-XX:+EnableDynamicAgentLoading");

    private static final int ENTRIES = 50_000;
    private static final int READS = 200_000;
    private static final int SAME_BIN = 64;

    private CacheRun() {}

    /**
     * Runs it.
     *
     * @param args none
     */
    public static void main(String[] args) throws InterruptedException {
        Integer[] keys = new Integer[ENTRIES]; // each is its own value, and counted with neither cache
        Arrays.setAll(keys, i -> i * 0x9E37_79B9);
        print("empty", bytes(keys, CacheRun::ours, empty -> {}));
        print("perEntry:LIFECYCLE", perEntry(keys, CacheRun::ours, BoundedCache::asMap));
        print("perEntry:LIFECYCLE_TTL", perEntry(keys, CacheRun::oursExpiring, BoundedCache::asMap));
        print("perEntry:CAFFEINE", perEntry(keys, () -> caffeine().build(), CacheRun::map));
        print(
                "perEntry:CAFFEINE_TTL",
                perEntry(keys, () -> caffeine().expireAfterWrite(Cached.TTL).build(), CacheRun::map));
        print("perEntry:CONCURRENT_HASH_MAP", perEntry(keys, ConcurrentHashMap<Integer, Integer>::new, map -> map));
        slowLoader();
    }

    private static BoundedCache<Integer, Integer> ours() {
        return BoundedCache.<Integer, Integer>builder("plain")
                .maximumSize(ENTRIES)
                .open();
    }

    private static BoundedCache<Integer, Integer> oursExpiring() {
        return BoundedCache.<Integer, Integer>builder("expiring")
                .maximumSize(ENTRIES)
                .expireAfterWrite(Cached.TTL)
                .open();
    }

    private static Caffeine<Object, Object> caffeine() {
        return Caffeine.newBuilder().maximumSize(ENTRIES).executor(Runnable::run);
    }

    private static ConcurrentMap<Integer, Integer> map(
            com.github.benmanes.caffeine.cache.Cache<Integer, Integer> cache) {
        cache.cleanUp();
        return cache.asMap();
    }

    private static void print(String name, double figure) {
        System.out.println(name + " " + figure);
    }

    private static <C> double perEntry(
            Integer[] keys, Supplier<C> open, Function<C, ConcurrentMap<Integer, Integer>> map) {
        long full = bytes(keys, open, cache -> {
            for (Integer key : keys) {
                map.apply(cache).put(key, key);
            }
            map.apply(cache);
        });
        return (double) full / ENTRIES;
    }

    /** What becomes reachable, from any cache, when another one is opened and filled: JOL follows weak references, too. */
    private static <C> long bytes(Integer[] keys, Supplier<C> open, Consumer<C> fill) {
        C first = open.get();
        long before = GraphLayout.parseInstance(keys, first).totalSize();
        C second = open.get();
        fill.accept(second);
        return GraphLayout.parseInstance(keys, first, second).totalSize() - before;
    }

    /** A key whose hash code is that of {@link #SAME_BIN} others. */
    private record Colliding(int id) {
        @Override
        public int hashCode() {
            return 42;
        }
    }

    private static void slowLoader() throws InterruptedException {
        try (BoundedCache<Colliding, Integer> cache = BoundedCache.<Colliding, Integer>builder("slow")
                .maximumSize(1_000)
                .open()) {
            double idle = p99(cache);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch measured = new CountDownLatch(1);
            Thread loader = new Thread(() -> cache.get(new Colliding(-1), key -> {
                begun.countDown();
                measured.await();
                return 1;
            }));
            loader.start();
            begun.await();
            double beside = p99(cache);
            measured.countDown();
            loader.join();
            print("p99:IDLE", idle);
            print("p99:BESIDE_LOAD", beside);
        }
    }

    /** The time of a load of another key with the same hash code, and of the removal after it, in nanoseconds. */
    private static double p99(BoundedCache<Colliding, Integer> cache) {
        long[] times = new long[READS];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        int count = 0;
        for (int i = 0; count < READS && System.nanoTime() < end; i++) {
            Colliding key = new Colliding(i % SAME_BIN);
            long start = System.nanoTime();
            cache.get(key, Colliding::id);
            cache.invalidate(key);
            times[count++] = System.nanoTime() - start;
        }
        Arrays.sort(times, 0, count);
        return times[(int) (count * 0.99)];
    }
}
