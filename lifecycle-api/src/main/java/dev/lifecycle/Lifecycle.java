package dev.lifecycle;

import dev.lifecycle.spi.LifecycleProvider;
import java.util.List;
import java.util.Optional;

/** Tells whether an implementation is bound, which one, and what it knows to be open. */
public final class Lifecycle {

    private Lifecycle() {}

    /**
     * Finds the implementation, without failing when there is none.
     *
     * @return the provider, or empty where {@link #provider} would throw
     */
    public static Optional<LifecycleProvider> find() {
        return Binding.current() instanceof Binding.Bound bound ? Optional.of(bound.provider()) : Optional.empty();
    }

    /**
     * Tells whether scopes can be opened.
     *
     * @return whether {@link #provider} returns
     */
    public static boolean isAvailable() {
        return Binding.current() instanceof Binding.Bound;
    }

    /**
     * Returns the implementation that every static factory of this library uses. Looked up once, on first use, with the
     * class loader of this class (and so in its module layer), then, if that has none, with the context class loader; the
     * outcome is kept, good or bad.
     *
     * @return the provider
     * @throws ProviderMissingException if there is none, or more than one and the system property
     *     {@value LifecycleProvider#SELECT_PROPERTY} does not pick one, or it failed to load, or is of another version
     */
    public static LifecycleProvider provider() {
        return Binding.current().provider();
    }

    /**
     * Returns the version of this api. An implementation is accepted when it was built for the same one.
     *
     * @return major and minor version, like {@code 0.1}
     */
    public static String version() {
        return LifecycleProvider.API_VERSION;
    }

    /**
     * Describes the named scopes without a parent that are open now. The library knows them weakly: a root that was
     * dropped without being closed disappears here and is reported as a leak.
     *
     * @return a snapshot of each root, oldest first, at most 1 000
     * @throws ProviderMissingException if no implementation is bound
     */
    public static List<Snapshot> roots() {
        return provider().roots();
    }
}
