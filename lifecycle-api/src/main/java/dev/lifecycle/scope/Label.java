package dev.lifecycle.scope;

import dev.lifecycle.Names;

/** What a resource is called in reports. Evaluated only when a report is made, outside every lock. */
@FunctionalInterface
public interface Label {

    /**
     * Returns the text to print. A failure is printed in its place.
     *
     * @return a short text
     */
    String text();

    /**
     * Returns a label with a fixed text.
     *
     * @param text see {@link Names#check}
     * @return the label
     * @throws IllegalArgumentException if {@code text} cannot be printed on one line
     */
    static Label of(String text) {
        Names.check(text, "label");
        return () -> text;
    }
}
