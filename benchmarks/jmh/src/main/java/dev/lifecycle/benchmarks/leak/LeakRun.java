package dev.lifecycle.benchmarks.leak;

import dev.lifecycle.Lease;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Scope;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Is anything reported that was closed, and how soon is what was not? Two threads track and close objects, scopes and leases
 * while a third one forces collections; then two leaks are planted and nothing else happens.
 *
 * <p>Goal L4, for the collector of this JVM; see {@code Collectors}, which starts one for each. Prints {@code false reports,
 * milliseconds from the collection to the last report}.
 */
public final class LeakRun {
    private static final Site HERE = Site.here();
    private static final int SCOPE_EACH = 64; // objects
    private static final long LONGEST_SECONDS = 30;

    private static final class Tracked {
        int used;
    }

    private LeakRun() {}

    /**
     * Runs it.
     *
     * @param args how many objects to track
     */
    public static void main(String[] args) throws InterruptedException {
        long count = Long.parseLong(args[0]);
        AtomicLong falseReports = new AtomicLong();
        CountDownLatch both = new CountDownLatch(2);
        AtomicLong last = new AtomicLong();
        LeakDetector<Tracked> detector = LeakDetector.forType(Tracked.class)
                .sampling(1)
                .capture(LeakDetector.Capture.SITE)
                .open();
        AtomicBoolean planted = new AtomicBoolean();
        detector.addListener(report -> {
            if (planted.get() && report.origin().contains("LeakRun.java")) {
                last.accumulateAndGet(System.nanoTime(), Math::max);
                both.countDown();
            } else {
                falseReports.addAndGet(report.count());
            }
        });
        LeakDetector.library().addListener(report -> {
            if (planted.get() && isLease(report)) {
                last.accumulateAndGet(System.nanoTime(), Math::max);
                both.countDown();
            } else {
                falseReports.addAndGet(report.count());
            }
        });
        Scope app = Scope.open("app");
        traffic(count, detector, app);

        planted.set(true);
        List<WeakReference<?>> leaks = plant(detector, app);
        while (leaks.stream().anyMatch(leak -> !leak.refersTo(null))) {
            System.gc();
        }
        long collected = System.nanoTime();
        if (!both.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a planted leak was not reported within " + LONGEST_SECONDS + " s");
        }
        System.out.println(falseReports.get() + " " + Math.max(0, last.get() - collected) / 1e6);
        System.exit(0);
    }

    private static boolean isLease(LeakReport report) {
        return report.kind() == LeakReport.Kind.COLLECTED_UNCLOSED
                && report.label().equals("planted")
                && report.scopePath().equals("app/POST /chat");
    }

    private static void traffic(long count, LeakDetector<Tracked> detector, Scope app) throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!done.get()) {
                System.gc();
            }
        });
        collector.start();
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread user = new Thread(() -> use(count / 2, detector, app));
            user.start();
            users.add(user);
        }
        for (Thread user : users) {
            user.join();
        }
        done.set(true);
        collector.join();
    }

    private static void use(long count, LeakDetector<Tracked> detector, Scope app) {
        for (long i = 0; i < count; i++) {
            Tracked object = new Tracked();
            LeakDetector.Tracker<Tracked> tracker = detector.track(object, HERE);
            object.used++;
            tracker.close(object);
            if (i % SCOPE_EACH == 0) {
                Scope.open("root").close();
                try (Scope request = app.child("GET /")) {
                    request.share(() -> {}).lease().close();
                }
            }
        }
    }

    private static List<WeakReference<?>> plant(LeakDetector<Tracked> detector, Scope app) {
        Tracked object = new Tracked();
        detector.track(object, HERE);
        Guarded<AutoCloseable> guarded = app.child("POST /chat").share(() -> {});
        Lease<AutoCloseable> lease = guarded.lease().label("planted");
        return List.of(new WeakReference<>(object), new WeakReference<>(lease));
    }
}
