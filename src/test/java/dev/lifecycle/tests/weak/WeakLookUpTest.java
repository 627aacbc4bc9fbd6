package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.ChildJvm;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looking things up does not keep them, or others, alive: 200 old objects that nobody holds die within two collections, though
 * a thread is at their table a thousand times a second. A weak reference that is asked by {@code get} that often is strong under
 * a concurrent collector.
 */
@Tag("once")
@Timeout(180)
class WeakLookUpTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseSerialGC",
                "-XX:+UseParallelGC",
                "-XX:+UseG1GC",
                "-XX:+UseG1GC -XX:+ExplicitGCInvokesConcurrent",
                "-XX:+UseZGC",
                "-XX:+UseShenandoahGC",
                "-XX:+UseShenandoahGC -XX:+ExplicitGCInvokesConcurrent"
            })
    void keepsNothingAlive(String collector) throws Exception {
        List<String> flags = List.of(collector.split(" "));
        assumeTrue(ChildJvm.java(flags.get(0), "-Xmx64m", "-version").exit() == 0, "this JDK has no " + flags.get(0));
        List<String> command = new ArrayList<>(flags);
        command.addAll(List.of(
                "-Xmx256m",
                "-cp",
                ChildJvm.path(
                        ChildJvm.locationOf(Scope.class),
                        ChildJvm.locationOf(Lifecycle.provider().getClass()),
                        ChildJvm.locationOf(Child.class)),
                Child.class.getName()));
        List<String> lines = ChildJvm.java(command.toArray(new String[0])).lines(0);
        System.out.println(collector + ": " + lines);
        for (Structure structure : Structure.values()) {
            assertEquals(
                    List.of(structure + ": 200 of 200 cleared, 0 entries left"),
                    lines.stream()
                            .filter(line -> line.startsWith(structure + ":"))
                            .toList());
        }
    }

    /** What runs in processes of their own; must not use what the class path of tests has. */
    static final class Child {
        private static final int COUNT = 200;
        private static @Nullable Object held; // until it is old
        private static volatile long rounds;
        private static volatile boolean over;

        private Child() {}

        public static void main(String... arguments) throws InterruptedException {
            for (Structure structure : Structure.values()) {
                Structure.Subject subject = structure.open("looked at");
                List<Object> handles = new ArrayList<>();
                List<Reference<?>> dying = fill(structure, subject, handles);
                List<Object> living = new ArrayList<>();
                for (int i = 0; i < 2 * COUNT; i++) {
                    living.add(structure.referent());
                    living.add(subject.add(living.get(2 * i))); // what finds it
                }
                for (int i = 0; i < 3; i++) {
                    System.gc();
                }
                over = false;
                Thread looker = new Thread(() -> look(subject, handles, living));
                looker.start();
                awaitRounds(20);
                held = null;
                for (int collection = 0; collection < 2; collection++) {
                    System.gc();
                    awaitRounds(20);
                }
                long cleared =
                        dying.stream().filter(each -> each.refersTo(null)).count();
                long begin = System.nanoTime();
                int expected = 2 * COUNT;
                while (subject.size() > expected && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10)) {
                    Thread.onSpinWait();
                }
                over = true;
                looker.join();
                System.out.println(structure + ": " + cleared + " of " + COUNT + " cleared, "
                        + (subject.size() - expected) + " entries left");
                subject.close();
                Reference.reachabilityFence(living);
            }
            System.out.println("naive: " + naive() + " of " + COUNT + " cleared");
            System.exit(0);
        }

        private static List<Reference<?>> fill(Structure structure, Structure.Subject subject, List<Object> handles) {
            List<Object> all = new ArrayList<>();
            List<Reference<?>> references = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Object referent = structure.referent();
                all.add(referent);
                references.add(new WeakReference<>(referent));
                handles.add(subject.add(referent));
            }
            held = all;
            return references;
        }

        private static void awaitRounds(int count) {
            long until = rounds + count;
            while (rounds < until) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
            }
        }

        /** A thousand times a second: looks at the very entries where there are means, and at those beside them. */
        private static void look(Structure.Subject subject, List<Object> handles, List<Object> living) {
            while (!over) {
                for (Object handle : handles) {
                    subject.look(handle);
                }
                for (int i = 0; i < living.size(); i += 2) {
                    subject.use(living.get(i), living.get(i + 1));
                }
                subject.size();
                if (rounds % 16 == 0) {
                    subject.purge();
                    subject.managed().snapshot();
                }
                rounds++;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }

        /** What becomes of weak references that are asked by {@code get}: for comparison. */
        private static long naive() throws InterruptedException {
            List<Reference<?>> references = new ArrayList<>();
            List<Object> all = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                all.add(new Object());
                references.add(new WeakReference<>(all.get(i)));
            }
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            all.clear();
            over = false;
            Thread looker = new Thread(() -> {
                while (!over) {
                    int alive = 0;
                    for (Reference<?> each : references) {
                        alive += each.get() == null ? 0 : 1;
                    }
                    rounds += alive >= 0 ? 1 : 0;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            });
            looker.start();
            for (int collection = 0; collection < 2; collection++) {
                System.gc();
                awaitRounds(20);
            }
            over = true;
            looker.join();
            return references.stream().filter(each -> each.refersTo(null)).count();
        }
    }
}
