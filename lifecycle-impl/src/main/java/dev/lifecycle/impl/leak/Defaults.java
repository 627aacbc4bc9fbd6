package dev.lifecycle.impl.leak;

import dev.lifecycle.Names;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The settings of the {@link LibraryDetector} from system properties. One that is unknown or malformed is logged, and the
 * default holds.
 *
 * <table>
 * <caption>Properties, all starting with {@code dev.lifecycle.leak.}</caption>
 * <tr><th>Name</th><th>Value</th><th>Default</th></tr>
 * <tr><td>{@code sampling}</td><td>capture one stack in so many, 0 switches the detector off</td><td>128</td></tr>
 * <tr><td>{@code capture}</td><td>{@code stack} or {@code site}</td><td>stack</td></tr>
 * <tr><td>{@code maxCapturesPerSecond}</td><td>a number from 1</td><td>1000</td></tr>
 * <tr><td>{@code heldLongerThan}</td><td>a duration like {@code PT5M}, or {@code never}</td><td>never</td></tr>
 * <tr><td>{@code escalate}</td><td>a duration, zero switches it off</td><td>PT10M</td></tr>
 * </table>
 */
final class Defaults {
    static final String PREFIX = "dev.lifecycle.leak.";

    private final List<String> complaints = new ArrayList<>();
    private int sampling = 128;
    private LeakDetector.Capture capture = LeakDetector.Capture.STACK;
    private int maxCapturesPerSecond = 1_000;
    private long heldLongerThan = ScopeConfig.NO_LIMIT;
    private long escalate = TimeUnit.MINUTES.toNanos(10);

    private Defaults() {}

    /** Reads the system properties. */
    static Defaults read() {
        Map<String, String> found = new TreeMap<>();
        try {
            for (String name : System.getProperties().stringPropertyNames()) {
                String value = name.startsWith(PREFIX) ? System.getProperty(name) : null;
                if (value != null) {
                    found.put(name, value);
                }
            }
        } catch (SecurityException denied) {
            Defaults none = new Defaults();
            none.complaints.add("the system properties " + PREFIX + "* may not be read; the defaults hold: " + denied);
            return none;
        }
        return of(found);
    }

    /** Reads {@code properties}, whose names start with {@link #PREFIX}. */
    static Defaults of(Map<String, String> properties) {
        Defaults defaults = new Defaults();
        properties.forEach((name, value) -> {
            try {
                defaults.set(name.substring(PREFIX.length()), value.strip());
            } catch (IllegalArgumentException | DateTimeParseException malformed) {
                defaults.complaints.add("system property " + Names.quote(name) + " is " + Names.quote(value) + "; "
                        + malformed.getMessage());
            }
        });
        return defaults;
    }

    private void set(String name, String value) {
        switch (name) {
            case "sampling" -> sampling = number(value, 0);
            case "capture" -> capture = capture(value);
            case "maxCapturesPerSecond" -> maxCapturesPerSecond = number(value, 1);
            case "heldLongerThan" -> heldLongerThan = value.equals("never") ? ScopeConfig.NO_LIMIT : duration(value, 1);
            case "escalate" -> escalate = duration(value, 0);
            default ->
                throw new IllegalArgumentException("there is no such property; known are sampling, capture,"
                        + " maxCapturesPerSecond, heldLongerThan and escalate");
        }
    }

    private static int number(String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException malformed) { // falls through to the message
        }
        throw new IllegalArgumentException("it must be a whole number from " + least + " to " + Integer.MAX_VALUE);
    }

    private static LeakDetector.Capture capture(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "stack" -> LeakDetector.Capture.STACK;
            case "site" -> LeakDetector.Capture.SITE;
            default -> throw new IllegalArgumentException("it must be stack or site");
        };
    }

    private static long duration(String value, long least) {
        try {
            long nanos = TimeUnit.NANOSECONDS.convert(Duration.parse(value));
            if (nanos >= least) {
                return nanos;
            }
        } catch (DateTimeParseException malformed) { // falls through to the message
        }
        throw new IllegalArgumentException(
                "it must be a duration" + (least > 0 ? " longer than zero" : "") + " like PT90S or PT10M");
    }

    LeakDetectorConfig config() {
        return new LeakDetectorConfig(
                Object.class, sampling, capture, maxCapturesPerSecond, heldLongerThan, escalate, TimeSource.system());
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Logs what was wrong. */
    void complain() {
        try {
            for (String complaint : complaints) {
                System.getLogger(LogSink.NAME).log(Level.WARNING, complaint + ". The default holds");
            }
        } catch (Throwable broken) { // the log is what failed: no other place is left to say so
        }
    }
}
