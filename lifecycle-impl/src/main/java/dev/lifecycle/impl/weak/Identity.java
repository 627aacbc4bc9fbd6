package dev.lifecycle.impl.weak;

import dev.lifecycle.weak.AttachmentHost;
import java.lang.annotation.Annotation;

/** Tells objects that have an identity from those that only pretend to. */
final class Identity {
    private static final String MARK = "jdk.internal.ValueBased";

    /** Those of {@code List.of} and {@code Map.of}: value-based by their documentation, though not all of them are marked. */
    private static final String COLLECTIONS = "java.util.ImmutableCollections$";

    // what one class says of its objects: numbers, since an enum constant in a map of Object's class would pin our
    // class loader
    private static final int ORDINARY = 0;
    private static final int HOST = 1;
    private static final int VALUE_BASED = 2;

    /** One look in the place of an annotation and an interface. */
    private static final ClassValue<Integer> SORTS = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            if (type.getName().startsWith(COLLECTIONS)) {
                return VALUE_BASED;
            }
            for (Annotation annotation : type.getAnnotations()) {
                if (annotation.annotationType().getName().equals(MARK)) {
                    return VALUE_BASED;
                }
            }
            return AttachmentHost.class.isAssignableFrom(type) ? HOST : ORDINARY;
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
     * @return whether it is an {@link AttachmentHost}
     */
    static boolean check(Object object, String what, String registry, String remedy) {
        int sort = SORTS.get(object.getClass());
        if (sort == VALUE_BASED) {
            throw new IllegalArgumentException(what + " is a "
                    + object.getClass().getName() + ", which is value-based: " + registry
                    + " would hold an object that may be collected, or have an equal twin, at any time. " + remedy);
        }
        return sort == HOST;
    }
}
