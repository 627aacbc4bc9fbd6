package dev.lifecycle.lab;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lifecycle.memory.MemoryReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One service under load, in a JVM of its own. Its load comes in turns, one for each line the parent writes. Reports a line an
 * event: {@code @sample millis liveBytes descriptors served failed p50 p99 threads nativeBytes} after each turn, and at the end
 * {@code @hits rate}, {@code @refused number}, {@code @pace requestsASecond}, {@code @found text}, {@code @missed text} and {@code @end served failed p50 p99 reason},
 * with {@code -} for no reason.
 */
final class Child {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int TURNS_A_SECOND = 2;
    private static final int WARM_UP_REQUESTS = 30_000;
    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final int GIVE_UP_AFTER = 20; // requests in a row: whoever is on call would say it is down

    /** Freed when the heap is full, so that the end can still be reported. */
    private static byte[] reserve = new byte[1 << 20];

    private Child() {}

    /** {@code scenario variant} and then the options of the lab. */
    public static void main(String[] args) throws Exception {
        Scenario scenario = Options.scenario(args[0]);
        Scenario.Variant variant = Scenario.Variant.valueOf(args[1]);
        Options options = Options.parse(Arrays.copyOfRange(args, 2, args.length));
        PrintStream out = System.out;
        Load load = new Load(options, out, turns());
        String reason;
        String found = "";
        String missed = "";
        try (Scenario.Service service = scenario.open(variant, Input.of(options.dir()))) {
            reason = load.run(service);
            found = service.found();
            missed = service.missed();
            Optional<MemoryReport> page = service.report();
            if (page.isPresent()) {
                page.get().write(Pages.inside(options.out(), scenario));
            }
        } catch (Throwable end) { // out of memory, mostly
            reserve = new byte[0];
            reason = Load.describe(end);
        }
        out.println(load.hits());
        out.println(load.refused());
        out.println(load.pace());
        out.println("@found " + found);
        out.println("@missed " + missed);
        out.println(load.end(reason));
        out.flush();
        Runtime.getRuntime().halt(0); // what leaked is leaked: nothing here is worth an orderly end
    }

    /** {@code VmRSS:  123 kB}, less the heap; the heap is not resident before it was touched, so not below 0. */
    static long nativeBytes(Stream<String> status, long heap) {
        return status.filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .map(resident -> Math.max(0, resident - heap))
                .findFirst()
                .orElse(-1);
    }

    /** Listens to the parent: a permit for each turn. A child whose parent is gone would go on for nobody. */
    private static Semaphore turns() {
        Semaphore turns = new Semaphore(0);
        Thread listener = new Thread(
                () -> {
                    try {
                        for (int c = System.in.read(); c >= 0; c = System.in.read()) {
                            if (c == '\n') {
                                turns.release();
                            }
                        }
                    } catch (IOException closed) {
                        // as good as the end
                    }
                    Runtime.getRuntime().halt(3);
                },
                "parent");
        listener.setDaemon(true);
        listener.start();
        return turns;
    }

    /** The requests, at a fixed rate. */
    private static final class Load {
        private final Options options;
        private final PrintStream out;
        private final Semaphore turns;
        private final Histogram latencies = new Histogram();
        private final Histogram turn = new Histogram();
        private long served;
        private long serving; // nanoseconds
        private long refused;
        private long failed;
        private int failedInARow;
        private double hitRate = Double.NaN; // noted again and again: a service that died cannot be asked

        Load(Options options, PrintStream out, Semaphore turns) {
            this.options = options;
            this.out = out;
            this.turns = turns;
        }

        /** Returns how the service died, or {@code -}. */
        String run(Scenario.Service service) throws InterruptedException {
            SplittableRandom random = new SplittableRandom(options.seed());
            long interval = 1_000_000_000L / options.rate();
            long requests = (long) options.seconds() * options.rate();
            long turnSize = Math.max(1, options.rate() / TURNS_A_SECOND);
            warmUp(service);
            service.begin(requests);
            long hits = service.hits();
            long misses = service.misses();
            sample(0);
            for (long i = 0; i < requests; ) {
                turns.acquire();
                turn.clear();
                long start = System.nanoTime();
                long end = Math.min(requests, i + turnSize);
                for (long first = i; i < end; i++) {
                    await(start + (i - first) * interval);
                    Exception broken = serve(service, random.nextLong());
                    if (broken != null && failedInARow == GIVE_UP_AFTER) {
                        sample(i * 1_000 / options.rate());
                        return describe(broken);
                    }
                }
                hitRate = (double) (service.hits() - hits)
                        / (service.hits() - hits + service.misses() - misses); // NaN without any
                sample(i * 1_000 / options.rate());
            }
            return "-";
        }

        /** Requests that go well, so that compiled code is compared and nothing leaks yet. */
        private static void warmUp(Scenario.Service service) {
            SplittableRandom random = new SplittableRandom(0);
            long start = System.nanoTime();
            for (int i = 0; i < WARM_UP_REQUESTS && System.nanoTime() - start < WARM_UP_NANOS; i++) {
                try {
                    service.serve(random.nextLong() | Scenario.GOES_WELL);
                } catch (Exception broken) {
                    return; // the load will tell
                }
            }
        }

        private static void await(long due) {
            for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
        }

        /** Serves a request; returns why it could not be. */
        private Exception serve(Scenario.Service service, long request) {
            long began = System.nanoTime();
            try {
                if (!service.serve(request)) {
                    refused++; // no answer to compare times with
                    failedInARow = 0;
                    return null;
                }
            } catch (Exception broken) {
                failed++;
                failedInARow++;
                return broken;
            }
            long took = System.nanoTime() - began;
            served++;
            serving += took;
            failedInARow = 0;
            latencies.add(took);
            turn.add(took);
            return null;
        }

        private void sample(long millis) {
            System.gc();
            out.println("@sample " + millis + " " + liveBytes() + " " + descriptors() + " " + served + " " + failed
                    + " " + turn.quantile(0.5) + " " + turn.quantile(0.99) + " " + threads() + " " + nativeBytes());
        }

        private static long threads() {
            return ManagementFactory.getThreadMXBean().getThreadCount();
        }

        /** What is resident beyond the committed heap; -1 where the system does not tell, or no descriptor is left to ask with. */
        private static long nativeBytes() {
            try (Stream<String> lines = Files.lines(STATUS)) {
                return Child.nativeBytes(lines, Runtime.getRuntime().totalMemory());
            } catch (IOException | UncheckedIOException unknown) {
                return -1;
            }
        }

        private static long liveBytes() {
            long live = 0;
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                MemoryUsage afterCollection = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
                live += afterCollection == null ? 0 : afterCollection.getUsed();
            }
            return live;
        }

        private long descriptors() {
            try {
                return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getOpenFileDescriptorCount()
                        : -1;
            } catch (InternalError noneLeft) { // counting them takes one
                return options.descriptors();
            }
        }

        String hits() {
            return "@hits " + hitRate;
        }

        String refused() {
            return "@refused " + refused;
        }

        String pace() {
            return "@pace " + (served == 0 ? Double.NaN : served * 1e9 / serving);
        }

        String end(String reason) {
            return "@end " + served + " " + failed + " " + latencies.quantile(0.5) + " " + latencies.quantile(0.99)
                    + " " + reason;
        }

        static String describe(Throwable end) {
            Throwable cause = end;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return (cause.getClass().getSimpleName() + ": " + cause.getMessage()).replaceAll("\\s+", " ");
        }
    }
}
