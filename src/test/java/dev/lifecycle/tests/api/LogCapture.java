package dev.lifecycle.tests.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the library writes to one of its logs meanwhile; kept off the console. */
public final class LogCapture extends Handler implements AutoCloseable {
    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    private LogCapture(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    public static LogCapture ofScopes() {
        return new LogCapture("dev.lifecycle.scope");
    }

    public static LogCapture ofTasks() {
        return new LogCapture("dev.lifecycle.task");
    }

    public static LogCapture ofPools() {
        return new LogCapture("dev.lifecycle.pool");
    }

    public static LogCapture ofMemory() {
        return new LogCapture("dev.lifecycle.memory");
    }

    /** Captures the log of health reports. */
    public static LogCapture ofHealth() {
        return new LogCapture("dev.lifecycle.health");
    }

    public static LogCapture ofFiles() {
        return new LogCapture("dev.lifecycle.file");
    }

    /** The lines as they are printed, without date and stack. */
    public List<String> lines() {
        return records.stream().map(FORMATTER::formatMessage).toList();
    }

    /** The exceptions that were logged. */
    public List<Throwable> thrown() {
        return records.stream()
                .map(LogRecord::getThrown)
                .filter(thrown -> thrown != null)
                .toList();
    }

    public boolean mentions(String text) {
        return lines().stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
