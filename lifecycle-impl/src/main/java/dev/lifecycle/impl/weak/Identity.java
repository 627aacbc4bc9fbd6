package dev.lifecycle.impl.weak;

import java.lang.annotation.Annotation;

/** Tells objects that have an identity from those that only pretend to. */
final class Identity {
    private static final String MARK = "jdk.internal.ValueBased";

    /** Pins no class loader: the values are of the JDK. */
    private static final ClassValue<Boolean> VALUE_BASED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            for (Annotation annotation : type.getAnnotations()) {
                if (annotation.annotationType().getName().equals(MARK)) {
                    return true;
                }
            }
            return false;
        }
    };

    private Identity() {}

    /** The hash code that goes with it, spread over all bits. */
    static int hash(Object object) {
        return System.identityHashCode(object) * 0x9E3779B9;
    }

    /**
     * Refuses what cannot be held weakly.
     *
     * @param what it is, for the message
     * @param remedy what to do instead
     */
    static void check(Object object, String what, String registry, String remedy) {
        if (VALUE_BASED.get(object.getClass())) {
            throw new IllegalArgumentException(what + " is a "
                    + object.getClass().getName() + ", which is value-based: " + registry
                    + " would hold an object that may be collected, or have an equal twin, at any time. " + remedy);
        }
    }
}
