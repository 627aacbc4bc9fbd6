package dev.lifecycle.tests.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeakListenerTest {

    /** As of an appender whose disk is full. */
    private static final class Broken extends Handler {
        @Override
        public void publish(LogRecord record) {
            throw new IllegalStateException("planted in the log");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void isCalledAlsoWhenOneBeforeItAndTheLogFail() {
        Logger log = Logger.getLogger("dev.lifecycle.leak");
        Broken broken = new Broken();
        log.addHandler(broken);
        log.setUseParentHandlers(false);
        LeakDetector<Object> detector =
                LeakDetector.forType(Object.class).sampling(1).open();
        try {
            List<Long> heard = new CopyOnWriteArrayList<>();
            detector.addListener(report -> {
                throw new IllegalStateException("planted");
            });
            detector.addListener((LeakReport report) -> heard.add(report.count()));
            LeakProbe.awaitCollected(leak(detector));
            Await.until("the other listener is told", () -> heard.size() == 1);
            assertEquals(2, detector.stats().listenerFailures(), "the log and the first");
        } finally {
            log.removeHandler(broken);
            log.setUseParentHandlers(true);
            detector.close();
        }
    }

    private static Reference<?> leak(LeakDetector<Object> detector) {
        Object dropped = new Object();
        detector.track(dropped);
        return new WeakReference<>(dropped);
    }
}
