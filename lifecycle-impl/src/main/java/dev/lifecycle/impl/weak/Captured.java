package dev.lifecycle.impl.weak;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** Finds out whether a function that is to be held strongly holds the owner that is to be held weakly. */
final class Captured {
    private static final Field[] NONE = {};

    /** The fields of a class that can hold an object and be read; kept by the class itself, and refers to nothing of ours. */
    private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
            return fields(type);
        }
    };

    private Captured() {}

    private static Field[] fields(Class<?> type) {
        List<Field> found = new ArrayList<>();
        try {
            for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
                for (Field field : at.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()
                            && field.trySetAccessible()) {
                        found.add(field);
                    }
                }
            }
        } catch (LinkageError
                | RuntimeException unreadable) { // a missing class, or a security manager: not ours to judge
            return NONE;
        }
        return found.isEmpty() ? NONE : found.toArray(NONE);
    }

    /**
     * Refuses {@code function} if it is {@code owner} or has a field that is.
     *
     * @throws IllegalArgumentException if so
     */
    static void check(Object owner, Object function, String listeners) {
        boolean holds = owner == function;
        for (Field field : FIELDS.get(function.getClass())) {
            holds |= holds(field, function, owner);
        }
        if (holds) {
            throw new IllegalArgumentException("the function for listeners " + listeners
                    + " holds its owner, which would never be collected; let it use its parameter instead:"
                    + " onWeak(view, (v, event) -> v.show(event))");
        }
    }

    private static boolean holds(Field field, Object function, Object owner) {
        try {
            return field.get(function) == owner;
        } catch (IllegalAccessException | RuntimeException unreadable) { // then the test kit has to find it
            return false;
        }
    }
}
