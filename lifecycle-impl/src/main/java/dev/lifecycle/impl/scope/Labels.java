package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Label;
import org.jspecify.annotations.Nullable;

/** What reports call an entry. Never calls a method of the resource itself. */
final class Labels {
    private static final int MAX_LENGTH = 256;

    private Labels() {}

    /** The label of a slot, or the name of the class of what is in it; runs the user's label, outside every lock. */
    static String of(Object slot) {
        Label label = slot instanceof Entry entry ? entry.label() : null;
        return label == null ? ofClass(slot) : text(label);
    }

    /** The name of the class: needs no user code. */
    static String ofClass(Object slot) {
        String name = (slot instanceof Entry entry ? entry.type() : slot.getClass()).getName();
        String simple =
                name.substring(name.lastIndexOf('.', name.indexOf('/') < 0 ? name.length() : name.indexOf('/')) + 1);
        int lambda = simple.indexOf("$$Lambda");
        return lambda < 0 ? simple : "lambda in " + simple.substring(0, lambda);
    }

    private static String text(Label label) {
        @Nullable String text;
        try {
            text = label.text();
        } catch (Throwable failure) { // user code, for a report: its failure is the best text there is
            text = "label failed: " + failure.getClass().getName();
        }
        return text == null ? "label is null" : text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
