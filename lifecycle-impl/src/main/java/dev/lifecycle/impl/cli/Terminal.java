package dev.lifecycle.impl.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is known of where a verb prints to.
 *
 * @param live whether lines can be drawn over
 * @param colours whether words may have colours
 * @param unicode whether it shows more than ASCII
 * @param columns how wide it is
 * @param rows how high it is
 */
record Terminal(boolean live, boolean colours, boolean unicode, int columns, int rows) {
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

    /** A file, or a pipe. */
    static final Terminal NONE = new Terminal(false, false, false, 120, ROWS);

    /** That of this process. */
    static Terminal real() {
        boolean terminal = isTerminal(System.console());
        return of(terminal, System.getenv(), terminal ? size() : "");
    }

    /**
     * That of a process.
     *
     * @param terminal whether it reads from and prints to one
     * @param environment of the process
     * @param size rows and columns, as {@code stty size} prints them; empty if they are not known
     */
    static Terminal of(boolean terminal, Map<String, String> environment, String size) {
        String term = environment.getOrDefault("TERM", "");
        if (!terminal || term.isEmpty() || term.equals("dumb")) {
            return NONE;
        }
        String[] both = size.strip().split(" ", 2);
        int rows = both.length < 2 ? ROWS : number(both[0], ROWS);
        int columns = both.length < 2 ? COLUMNS : number(both[1], COLUMNS);
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(true, !plain, unicode(environment), columns, rows);
    }

    private static boolean unicode(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) { // the first that is set counts
                String upper = value.toUpperCase(Locale.ROOT);
                return upper.contains("UTF-8") || upper.contains("UTF8");
            }
        }
        return false;
    }

    private static int number(String text, int otherwise) {
        try {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= 10_000 ? number : otherwise;
        } catch (NumberFormatException none) {
            return otherwise;
        }
    }

    /** Since JDK 22 there may be a console that is no terminal, and says so. */
    private static boolean isTerminal(@org.jspecify.annotations.Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }

    /** Java does not tell. */
    private static String size() {
        Process process = null;
        try {
            process = new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty 2>/dev/null").start();
            process.getOutputStream().close();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                return "";
            }
            try (InputStream in = process.getInputStream()) {
                return new String(in.readNBytes(40), StandardCharsets.US_ASCII);
            }
        } catch (IOException none) {
            return "";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
