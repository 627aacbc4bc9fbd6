package dev.lifecycle.impl.leak;

import dev.lifecycle.Names;
import dev.lifecycle.impl.leak.Origin.Use;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.leak.Touch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Makes reports. Calls what users wrote, sites, labels and hints, and survives what that throws; so under no lock. */
final class Describer {
    private static final StackTraceElement[] NO_FRAMES = {};
    private static final int LONGEST = 1_024;

    private Describer() {}

    /** A site in place of one that cannot tell its text, or of a text that is too long. */
    private record Told(String text) implements Site {}

    /** Reports {@code token}, ended or not; {@code now} counts if its opening has a time. */
    static LeakReport report(LeakReport.Kind kind, Token token, long now) {
        Class<?> type = token.type;
        Object about = token.about;
        Origin origin = token.origin;
        Described described = about instanceof Described node ? node : null;
        String typeName = described != null ? safe(described::type) : type == null ? "unknown" : type.getName();
        Trace trace = origin == null ? null : origin.trace;
        return new LeakReport(
                kind,
                typeName,
                described != null ? safe(described::label) : simpleName(type, typeName),
                site(described != null ? described : about),
                trace == null ? NO_FRAMES : trace.frames(),
                origin == null ? List.of() : touches(token.home(), origin, now),
                origin == null ? "" : origin.thread,
                origin == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - origin.openedAt)),
                1,
                described == null ? "" : safe(described::scopePath));
    }

    /** Reports what a scope noticed. */
    static LeakReport report(
            LeakReport.Kind kind, Described what, Duration age, long count, StackTraceElement[] stack) {
        return new LeakReport(
                kind,
                safe(what::type),
                safe(what::label),
                site(what),
                Frames.trim(stack),
                List.of(),
                "",
                age,
                count,
                safe(what::scopePath));
    }

    private static String simpleName(@Nullable Class<?> type, String otherwise) {
        if (type == null) {
            return otherwise;
        }
        try {
            String simple = type.getSimpleName();
            return simple.isEmpty() ? otherwise : simple;
        } catch (LinkageError malformed) { // its outer class is missing, or other compilers' names
            return otherwise;
        }
    }

    private static @Nullable Site site(@Nullable Object about) {
        Site site;
        try {
            site = about instanceof Described node ? node.site() : (Site) about;
        } catch (Throwable failure) {
            return new Told(failed(failure));
        }
        if (site == null) {
            return null;
        }
        String text = safe(site::text);
        try {
            return text.equals(site.text()) ? site : new Told(text);
        } catch (Throwable failure) {
            return new Told(text);
        }
    }

    private static List<Touch> touches(Stripe home, Origin origin, long now) {
        List<Touch> touches = new ArrayList<>();
        for (Use use : home.uses(origin)) {
            if (use != null) {
                Object hint = use.hint();
                Trace trace = use.trace();
                touches.add(new Touch(
                        hint == null ? null : safe(hint::toString),
                        use.thread(),
                        Duration.ofNanos(Math.max(0, now - use.at())),
                        trace == null ? NO_FRAMES : trace.frames()));
            }
        }
        return touches;
    }

    /** What {@code text} returns, on one line of at most 1 024 characters; or how it failed. */
    static String safe(Callable<@Nullable String> text) {
        try {
            String told = Objects.requireNonNullElse(text.call(), "null");
            return oneLine(told.length() > LONGEST ? told.substring(0, LONGEST) + "..." : told);
        } catch (Throwable failure) {
            return failed(failure);
        }
    }

    private static String failed(Throwable failure) {
        return "(failed with " + failure.getClass().getName() + ")";
    }

    private static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                return escaped(text);
            }
        }
        return text;
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                out.append(Names.quote(String.valueOf(c)), 1, 7); // the escape between the quotes
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
