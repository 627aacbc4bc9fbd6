package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.leak.LeakReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogSinkTest {
    private final Logger logger = Logger.getLogger(LogSink.NAME);
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            lines.add(formatter.formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        RequestIds.use();
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private static LeakReport report(StackTraceElement... stack) {
        return new LeakReport(
                LeakReport.Kind.HELD_TOO_LONG,
                "lease",
                "db#7",
                null,
                stack,
                List.of(),
                "main",
                Duration.ofSeconds(9),
                1,
                "");
    }

    private void linesBeginWithTheIdOfTheRequest(LeakReport report) {
        new LogSink().onLeak(report);
        long[] frame = RequestIds.begin("7f3a", null);
        long open = frame[0];
        new LogSink().onLeak(report);
        RequestIds.endHere(frame, open);
        new LogSink().onLeak(report);
        assertEquals(List.of(report.toString(), "[7f3a] " + report, report.toString()), lines);
    }

    @Test
    void linesWithoutAStackBeginWithTheIdOfTheRequest() {
        linesBeginWithTheIdOfTheRequest(report());
    }

    @Test
    void linesWithAStackBeginWithTheIdOfTheRequest() {
        linesBeginWithTheIdOfTheRequest(report(new StackTraceElement("a.B", "c", "B.java", 7)));
    }
}
