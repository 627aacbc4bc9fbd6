package dev.lifecycle.impl.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.memory.RequestTracker;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a process of its own, which may look into threads: the thread keeps entries of its own for values of ours that are null. */
@Timeout(120)
class RequestEntriesTest {
    /** What the child runs. */
    static final class Child {
        private Child() {}

        private static int entries() {
            try {
                Field field = Thread.class.getDeclaredField("threadLocals");
                field.setAccessible(true);
                Object map = field.get(Thread.currentThread());
                if (map == null) {
                    return 0;
                }
                Field size = map.getClass().getDeclaredField("size");
                size.setAccessible(true);
                return size.getInt(map);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private static int left(ExecutorService virtual, Runnable what) throws Exception {
            return virtual.submit(() -> {
                        int before = entries();
                        what.run();
                        return entries() - before;
                    })
                    .get(60, TimeUnit.SECONDS);
        }

        public static void main(String[] args) throws Exception {
            ExecutorService virtual = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            RequestTracker tracker =
                    RequestTracker.builder("child").withoutSink().open();
            var here = tracker.begin("a", "0");
            var wrapped = here.wrap(() -> {});
            System.out.print(left(virtual, RequestTracker::currentId));
            System.out.print(left(virtual, () -> tracker.begin("a", "1").close()));
            System.out.print(left(virtual, wrapped));
            System.out.print(left(virtual, here::close));
            System.out.print(left(virtual, () -> tracker.begin("a", "2"))); // never closed: the entry is its own
            System.exit(0);
        }
    }

    @Test
    void virtualThreadsKeepNoEntryUnlessARequestIsOpen() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        String path = Stream.of(RequestTracker.class, RequestIds.class, Child.class)
                .map(RequestEntriesTest::place)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        path,
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertEquals("00001", new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        } finally {
            child.destroyForcibly();
        }
    }

    private static String place(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
