package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One small program for each way to leak, and for what only looks like it: what {@link LeakWatch#confirm} makes of it within seconds. */
@Tag("once")
@Timeout(180)
class LeakWatchJvmTest {
    /** Program, verdict, series, and for one the class and the owner. */
    private static final List<String> EXPECTED = List.of(
            "settled STABLE heap.live",
            "garbage STABLE heap.live",
            "warming WARMING heap.live",
            "heap LEAKING heap.live " + Child.class.getName() + "$Leaked app/forgotten",
            "bound LEAKING heap.live",
            "direct LEAKING direct",
            "native NATIVE_GROWTH outside",
            "classes LEAKING classes",
            "threads LEAKING threads",
            "descriptors LEAKING descriptors",
            "finalizers LEAKING finalizers",
            "scopes LEAKING scopes");

    @Test
    void tellsEachWayToLeakFromAllOthers() throws Exception {
        Path java = ChildJvm.tool(Path.of(System.getProperty("java.home")), "java");
        List<String> lines = ChildJvm.run(
                        java,
                        "-Xmx256m",
                        "-XX:+UseG1GC",
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Child.class),
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass())),
                        Child.class.getName())
                .lines(0);
        assertTrue(lines.contains("done"), () -> String.join("\n", lines));
        for (String each : EXPECTED) {
            String name = each.substring(0, each.indexOf(' '));
            String line = lines.stream()
                    .filter(said -> said.startsWith(name + " "))
                    .findFirst()
                    .orElse("nothing of " + name);
            assertEquals(each, line, () -> String.join("\n", lines));
        }
    }

    /** Run by another process. */
    static final class Child {
        private static final int CACHED = 60_000;
        private static final byte[] INPUT = new byte[1_000];

        static volatile Object sink = "";

        private final Scope app = Scope.open("app");
        private final LeakWatch watch =
                LeakWatch.builder("watch").growthTarget(200L << 20, 1_000).open(app);
        private final List<Object> kept = new ArrayList<>();

        static final class Leaked {
            final byte[] content = new byte[1_000];
        }

        static final class Cached {
            final byte[] content = new byte[100];
        }

        /** What is done again and again while it is watched. */
        private interface Step {
            void run(int i) throws Exception;
        }

        /** Grows, and knows no bound, or passes the one it has. */
        private static final class Holder implements Managed {
            private final String name;
            private final Map<String, Object> bound;
            private final List<Object> content = new ArrayList<>();

            Holder(String name, Map<String, Object> bound) {
                this.name = name;
                this.bound = bound;
            }

            synchronized void add(Object what) {
                content.add(what);
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public Kind kind() {
                return new Kind("Holder");
            }

            @Override
            public State state() {
                return State.OPEN;
            }

            @Override
            public synchronized Snapshot snapshot() {
                Map<String, Object> gauges = new java.util.LinkedHashMap<>(bound);
                gauges.put("size", content.size());
                return new Snapshot(0, name, kind(), State.OPEN, Duration.ZERO, gauges, List.of());
            }

            @Override
            public synchronized void close() {
                content.clear();
            }
        }

        /** Has a finalizer that never ends. */
        @SuppressWarnings({"removal", "deprecation", "Finalize"})
        static final class Stuck {
            private static final CountDownLatch NEVER = new CountDownLatch(1);

            @Override
            protected void finalize() throws InterruptedException {
                NEVER.await();
            }
        }

        public static void main(String[] arguments) throws Exception {
            new Child().all();
            System.out.println("done");
            System.exit(0); // there are threads left
        }

        private void all() throws Exception {
            told("warm-up", i -> sink = new byte[1_000]); // classes are loaded, code is compiled
            told("settled", i -> sink = Integer.valueOf(i));
            told("garbage", i -> sink = new byte[20_000]);
            BoundedCache<Integer, Cached> cache = BoundedCache.<Integer, Cached>builder("quotes")
                    .maximumSize(CACHED)
                    .open(app);
            told("warming", i -> {
                for (int k = 0; k < 100; k++) {
                    cache.put(100 * i + k, new Cached());
                }
            });
            Holder forgotten = app.own(new Holder("forgotten", Map.of()));
            told("heap", i -> {
                for (int k = 0; k < 20; k++) {
                    forgotten.add(new Leaked());
                }
            });
            forgotten.close();
            Holder past = app.own(new Holder("past", Map.of("maximum", 10)));
            told("bound", i -> past.add("entry"));
            past.close();
            told("direct", i -> kept.add(ByteBuffer.allocateDirect(100_000)));
            told("native", i -> {
                for (int k = 0; k < 4; k++) {
                    Deflater never = new Deflater();
                    never.setInput(INPUT);
                    never.deflate(new byte[100]);
                    kept.add(never);
                }
            });
            told("classes", i -> {
                for (int k = 0; k < 2; k++) {
                    ClassLoader loader = new ClassLoader(Child.class.getClassLoader()) {};
                    kept.add(Proxy.newProxyInstance(loader, new Class<?>[] {Runnable.class}, (proxy, m, a) -> null));
                }
            });
            told("threads", i -> {
                if (i % 10 == 0) {
                    Thread fresh = new Thread(LockSupport::park);
                    fresh.setDaemon(true);
                    fresh.start();
                }
            });
            Path file = Files.createTempFile("leak", ".txt");
            List<InputStream> open = new ArrayList<>();
            told("descriptors", i -> open.add(Files.newInputStream(file)));
            for (InputStream each : open) {
                each.close();
            }
            Files.delete(file);
            told("scopes", i -> app.child("request"));
            told("finalizers", i -> sink = new Stuck());
        }

        private void told(String name, Step step) throws Exception {
            Thread doing = new Thread(() -> {
                try {
                    for (int i = 0; !Thread.interrupted(); i++) {
                        step.run(i);
                        LockSupport.parkNanos(5_000_000);
                    }
                } catch (Exception e) {
                    System.out.println(name + " failed: " + e);
                }
            });
            doing.setDaemon(true);
            doing.start();
            String said = told(name, 1);
            if (!EXPECTED.contains(said)) { // on a busy machine a second may be too short
                said = told(name, 5);
            }
            System.out.println(said);
            doing.interrupt();
            doing.join(10_000);
        }

        private String told(String name, int seconds) throws Exception {
            LeakFinding found = watch.confirm(Duration.ofSeconds(seconds), PauseBudget.unlimited());
            String first = found.classes().isEmpty() || !name.equals("heap")
                    ? ""
                    : " " + found.classes().get(0).className();
            String owner = found.owners().isEmpty() || !name.equals("heap")
                    ? ""
                    : " " + found.owners().get(0).replaceAll(",.*", "");
            System.out.println(
                    String.format(Locale.ROOT, "# %s: %s %s %s", name, found, found.classes(), found.owners()));
            return name + " " + found.verdict() + " " + found.series() + first + owner;
        }
    }
}
