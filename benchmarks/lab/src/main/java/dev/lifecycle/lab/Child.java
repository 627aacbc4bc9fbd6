package dev.lifecycle.lab;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One service under load, in a JVM of its own. Reports to its parent a line an event: {@code @sample millis liveBytes
 * descriptors served failed}, and at the end {@code @end served failed p50 p99 reason}, with {@code -} for no reason.
 */
final class Child {
    private static final long SAMPLE_NANOS = 500_000_000;
    private static final int GIVE_UP_AFTER = 20; // requests in a row: whoever is on call would say it is down

    /** Freed when the heap is full, so that the end can still be reported. */
    private static byte[] reserve = new byte[1 << 20];

    private Child() {}

    /** {@code scenario variant} and then the options of the lab. */
    public static void main(String[] args) throws Exception {
        Scenario scenario = Options.scenario(args[0]);
        Scenario.Variant variant = Scenario.Variant.valueOf(args[1]);
        Options options = Options.parse(Arrays.copyOfRange(args, 2, args.length));
        endWithParent();
        PrintStream out = System.out;
        Load load = new Load(options, out);
        String reason;
        try (Scenario.Service service = scenario.open(variant, Input.of(options.dir()))) {
            reason = load.run(service);
        } catch (Throwable end) { // out of memory, mostly
            reserve = new byte[0];
            reason = Load.describe(end);
        }
        out.println(load.end(reason));
        out.flush();
        Runtime.getRuntime().halt(0); // what leaked is leaked: nothing here is worth an orderly end
    }

    /** A child whose parent is gone would go on for nobody. */
    private static void endWithParent() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // the parent never writes
                        }
                    } catch (IOException closed) {
                        // as good as the end
                    }
                    Runtime.getRuntime().halt(3);
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** The requests, at a fixed rate. */
    private static final class Load {
        private final Options options;
        private final PrintStream out;
        private final Histogram latencies = new Histogram();
        private long served;
        private long failed;

        Load(Options options, PrintStream out) {
            this.options = options;
            this.out = out;
        }

        /** Returns how the service died, or {@code -}. */
        String run(Scenario.Service service) {
            SplittableRandom random = new SplittableRandom(options.seed());
            long start = System.nanoTime();
            long interval = 1_000_000_000L / options.rate();
            long requests = (long) options.seconds() * options.rate();
            long nextSample = 0;
            int inARow = 0;
            for (long i = 0; i < requests; i++) {
                long due = start + i * interval;
                for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                long began = System.nanoTime();
                if (began - start >= nextSample) {
                    sample((began - start) / 1_000_000);
                    nextSample = System.nanoTime() - start + SAMPLE_NANOS;
                    began = System.nanoTime(); // a sample is not a request
                }
                try {
                    service.serve(random.nextLong());
                    served++;
                    inARow = 0;
                    latencies.add(System.nanoTime() - began);
                } catch (Exception broken) {
                    failed++;
                    if (++inARow == GIVE_UP_AFTER) {
                        sample((System.nanoTime() - start) / 1_000_000);
                        return describe(broken);
                    }
                }
            }
            sample((System.nanoTime() - start) / 1_000_000);
            return "-";
        }

        private void sample(long millis) {
            System.gc();
            out.println("@sample " + millis + " " + liveBytes() + " " + descriptors() + " " + served + " " + failed);
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
