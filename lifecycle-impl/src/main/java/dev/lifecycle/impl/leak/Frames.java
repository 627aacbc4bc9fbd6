package dev.lifecycle.impl.leak;

import java.util.Arrays;
import java.util.Set;

/** Tells the frames of the library from those of its users. */
public final class Frames {
    private static final String ROOT = "dev.lifecycle";
    private static final Set<String> AREAS = Set.of(
            "impl", "scope", "leak", "collect", "weak", "task", "pool", "file", "memory", "health", "time", "testing",
            "spi");

    private Frames() {}

    /**
     * Cuts off the innermost frames that are the library's, unless all are.
     *
     * @param stack innermost frame first
     * @return the same one, or a copy
     */
    public static StackTraceElement[] trim(StackTraceElement[] stack) {
        int from = 0;
        while (from < stack.length && isOurs(stack[from].getClassName())) {
            from++;
        }
        return from == 0 || from == stack.length ? stack : Arrays.copyOfRange(stack, from, stack.length);
    }

    /**
     * Tells whether a class is the library's. Its tests live in the same packages, and are not.
     *
     * @param className as in a stack
     * @return whether it is
     */
    public static boolean isOurs(String className) {
        if (!className.startsWith(ROOT + ".")) {
            return false;
        }
        int packageEnd = className.lastIndexOf('.');
        int areaEnd = className.indexOf('.', ROOT.length() + 1);
        boolean known = packageEnd == ROOT.length() || AREAS.contains(className.substring(ROOT.length() + 1, areaEnd));
        int nested = className.indexOf('$', packageEnd);
        return known && !(nested < 0 ? className : className.substring(0, nested)).endsWith("Test");
    }
}
