package dev.lifecycle;

import dev.lifecycle.spi.LifecycleProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of looking for the implementation: kept good or bad, so that each call succeeds or fails alike and no
 * class is poisoned by a throwing initialiser.
 */
sealed interface Binding {

    /**
     * Returns the bound provider.
     *
     * @throws ProviderMissingException anew on each call when nothing is bound
     */
    LifecycleProvider provider();

    /** A record in a {@code static final}: the JIT folds it, and scopes opened through it can be scalar-replaced. */
    record Bound(LifecycleProvider provider) implements Binding {}

    record Unbound(String reason, List<Throwable> failures) implements Binding {
        @Override
        public LifecycleProvider provider() {
            ProviderMissingException e =
                    new ProviderMissingException(reason, failures.isEmpty() ? null : failures.get(0));
            failures.forEach(e::addSuppressed);
            throw e;
        }
    }

    static Binding current() {
        return Holder.CURRENT;
    }

    /** Initialised on first use; its initialiser cannot throw. */
    final class Holder {
        static final Binding CURRENT = lookUp();

        private Holder() {}

        private static Binding lookUp() {
            try {
                return find();
            } catch (Throwable e) { // a broken class path may throw any error here: keep it, or this class is poisoned
                return new Unbound("the look-up of an implementation failed: " + e, List.of(e));
            }
        }

        private static Binding find() {
            Map<String, @Nullable ClassLoader> loaders = new LinkedHashMap<>();
            ClassLoader own = Binding.class.getClassLoader();
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            loaders.put("the api's own class loader (" + shown(own) + ")", own);
            if (context != own) {
                loaders.put("the context class loader (" + shown(context) + ")", context);
            }
            List<LifecycleProvider> found = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            loaders.values().forEach(loader -> load(loader, found, failures));
            return choose(found, failures, String.join(" and ", loaders.keySet()));
        }

        private static String shown(@Nullable ClassLoader loader) {
            return loader == null
                    ? "bootstrap"
                    : loader.getName() != null
                            ? loader.getName()
                            : loader.getClass().getName();
        }

        private static void load(
                @Nullable ClassLoader loader, List<LifecycleProvider> found, List<Throwable> failures) {
            Iterator<LifecycleProvider> candidates =
                    ServiceLoader.load(LifecycleProvider.class, loader).iterator();
            while (true) {
                try {
                    LifecycleProvider candidate = candidates.next();
                    if (found.stream().noneMatch(known -> known.getClass() == candidate.getClass())) {
                        found.add(candidate);
                    }
                } catch (NoSuchElementException end) {
                    return;
                } catch (ServiceConfigurationError | LinkageError broken) { // go on: the next one may load
                    if (failures.size() == MAX_FAILURES) {
                        return; // also ends an iterator that fails for ever at the same place
                    }
                    failures.add(broken);
                }
            }
        }

        private static final int MAX_FAILURES = 16;

        private static Binding choose(List<LifecycleProvider> found, List<Throwable> failures, String searched) {
            String picked = System.getProperty(LifecycleProvider.SELECT_PROPERTY);
            List<LifecycleProvider> chosen = picked == null
                    ? found
                    : found.stream()
                            .filter(provider -> provider.getClass().getName().equals(picked))
                            .toList();
            if (chosen.size() == 1) {
                return checked(chosen.get(0), failures);
            }
            if (chosen.isEmpty() && picked != null) {
                return new Unbound(
                        "the system property " + LifecycleProvider.SELECT_PROPERTY + " picks "
                                + Names.quote(picked) + ", which is none of the implementations found: " + names(found)
                                + ". Searched " + searched,
                        failures);
            }
            if (!chosen.isEmpty()) {
                return new Unbound(
                        "several implementations found: " + names(found) + ". Keep one on the " + path()
                                + ", or pick one with the system property " + LifecycleProvider.SELECT_PROPERTY,
                        failures);
            }
            if (!failures.isEmpty()) {
                return new Unbound(
                        "an implementation is present but failed to load: "
                                + failures.get(0).getMessage() + ". Searched " + searched,
                        failures);
            }
            return new Unbound(
                    "no implementation found; add dev.lifecycle:lifecycle-impl, version "
                            + LifecycleProvider.API_VERSION + ".x, to the " + path() + ". Searched " + searched,
                    failures);
        }

        private static String path() {
            return Binding.class.getModule().isNamed() ? "module path" : "class path";
        }

        private static Binding checked(LifecycleProvider provider, List<Throwable> failures) {
            String version = provider.apiVersion();
            return LifecycleProvider.API_VERSION.equals(version)
                    ? new Bound(provider)
                    : new Unbound(
                            "the implementation " + provider.getClass().getName() + " was built for version "
                                    + version + " of the api, this api is " + LifecycleProvider.API_VERSION
                                    + "; use lifecycle-api and lifecycle-impl of one version",
                            failures);
        }

        private static String names(List<LifecycleProvider> providers) {
            return String.join(
                    ", ", providers.stream().map(p -> p.getClass().getName()).toList());
        }
    }
}
