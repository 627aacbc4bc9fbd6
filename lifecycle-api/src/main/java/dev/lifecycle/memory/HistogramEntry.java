package dev.lifecycle.memory;

import java.util.Objects;

/**
 * One row of a histogram: the instances of a class. Two classes of the same name, of different class loaders, have a row each.
 *
 * @param className as the virtual machine prints it: {@code [B}, {@code [Ljava.lang.String;}, {@code app.Job$$Lambda/0x00007f0018001208}
 * @param module what stood in parentheses behind it, {@code java.base@17.0.15}; empty without one
 * @param instances how many, at least 0
 * @param bytes of all of them, without what they refer to; at least 0
 */
public record HistogramEntry(String className, String module, long instances, long bytes) {

    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException if one is negative, or the class has no name
     */
    public HistogramEntry {
        Objects.requireNonNull(module, "module");
        if (Objects.requireNonNull(className, "className").isEmpty()) {
            throw new IllegalArgumentException("className is empty");
        }
        if (instances < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    className + " has " + instances + " instances of " + bytes + " bytes; neither may be negative");
        }
    }

    /**
     * Tells whether the class is none of the JDK's: by its module, if it has one, else by its name. Arrays are of whoever their
     * elements are; those of primitives are the JDK's.
     *
     * @return whether the class is the program's, or one of its libraries'
     */
    public boolean application() {
        if (!module.isEmpty()) {
            return !module.startsWith("java.") && !module.startsWith("jdk.");
        }
        String element = className;
        if (element.startsWith("[")) {
            int object = element.lastIndexOf('[') + 1;
            if (object >= element.length() || element.charAt(object) != 'L') {
                return false; // of primitives
            }
            element = element.substring(object + 1);
        }
        return !(element.startsWith("java.")
                || element.startsWith("jdk.")
                || element.startsWith("sun.")
                || element.startsWith("com.sun.")
                || element.startsWith("<")); // <constMethodKlass>, of old
    }

    /**
     * Returns the name without what differs between hidden classes of one origin: {@code app.Job$$Lambda/0x00007f0018001208} and
     * {@code app.Job$$Lambda$14/0x0000000800c03000} are both {@code app.Job$$Lambda}. A program that makes ever more of
     * them has one instance each of many classes, and only this name grows.
     *
     * @return {@link #className} up to the address, if it has one
     */
    public String family() {
        int address = className.lastIndexOf("/0x");
        if (address <= 0) {
            return className;
        }
        String name = className.substring(0, address);
        int lambda = name.lastIndexOf("$$Lambda$");
        boolean array = className.endsWith(";");
        if (lambda > 0 && digits(name, lambda + "$$Lambda$".length())) {
            name = name.substring(0, lambda + "$$Lambda".length());
        }
        return array ? name + ";" : name;
    }

    private static boolean digits(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < text.length();
    }
}
