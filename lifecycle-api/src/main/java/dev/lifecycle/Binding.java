package dev.lifecycle;

import dev.lifecycle.spi.LifecycleProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
            failures.stream().skip(1).forEach(e::addSuppressed);
            throw e;
        }
    }

    static Binding current() {
        Binding found = Holder.CURRENT;
        return found != null ? found : TOO_EARLY;
    }

    /** What a provider sees that calls the api while it is being looked up itself. */
    Binding TOO_EARLY = new Unbound(
            "an implementation used the api in its constructor, while it was being looked up; open nothing there",
            List.of());

    /** Initialised on first use; its initialiser cannot throw. */
    final class Holder {
        static final Binding CURRENT = lookUp();

        private Holder() {}

        private static Binding lookUp() {
            try {
                return new Search(System.getProperty(LifecycleProvider.SELECT_PROPERTY)).run();
            } catch (Throwable e) { // a broken class path may throw any error here: keep it, or this class is poisoned
                return new Unbound(
                        "the look-up of an implementation failed with "
                                + e.getClass().getName(),
                        List.of(e));
            }
        }
    }

    /** One look at each place where an implementation may be, until one place has it. */
    final class Search {
        private static final int MAX_FAILURES = 16;

        private final @Nullable String picked;
        private final List<LifecycleProvider> found = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final List<String> searched = new ArrayList<>();

        Search(@Nullable String picked) {
            this.picked = picked;
        }

        /** A class loader stands for the module layers of its modules, too: that is how ServiceLoader looks. */
        Binding run() {
            ClassLoader own = Binding.class.getClassLoader();
            look("the api's own class loader (" + shown(own) + ")", ServiceLoader.load(LifecycleProvider.class, own));
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            if (context != own && chosen().isEmpty()) {
                look(
                        "the context class loader (" + shown(context) + ")",
                        ServiceLoader.load(LifecycleProvider.class, context));
            }
            return outcome();
        }

        private static String shown(@Nullable ClassLoader loader) {
            return loader == null // that is what it means to ServiceLoader
                    ? "the system's"
                    : loader.getName() != null
                            ? loader.getName()
                            : loader.getClass().getName();
        }

        private void look(String place, ServiceLoader<LifecycleProvider> loader) {
            searched.add(place);
            Iterator<LifecycleProvider> candidates = loader.iterator();
            for (int failed = 0; failed < MAX_FAILURES; ) { // an iterator may fail for ever at the same place
                try {
                    LifecycleProvider candidate = candidates.next();
                    if (found.stream().noneMatch(known -> known.getClass() == candidate.getClass())) {
                        found.add(candidate);
                    }
                } catch (NoSuchElementException end) {
                    return;
                } catch (ServiceConfigurationError | LinkageError broken) { // go on: the next one may load
                    failed++;
                    if (failures.size() < MAX_FAILURES
                            && failures.stream().noneMatch(known -> text(known).equals(text(broken)))) {
                        failures.add(broken);
                    }
                }
            }
        }

        private List<LifecycleProvider> chosen() {
            return picked == null
                    ? found
                    : found.stream()
                            .filter(provider -> provider.getClass().getName().equals(picked))
                            .toList();
        }

        private Binding outcome() {
            List<LifecycleProvider> chosen = chosen();
            if (chosen.size() == 1) {
                return checked(chosen.get(0));
            }
            String places = ". Searched " + String.join(", then ", searched);
            if (!chosen.isEmpty()) {
                return unbound("several implementations found: " + names() + ". Keep one on the " + path()
                        + ", or pick one with the system property " + LifecycleProvider.SELECT_PROPERTY);
            }
            if (picked != null) {
                return unbound("the system property " + LifecycleProvider.SELECT_PROPERTY + " picks "
                        + Names.quote(picked) + ", but "
                        + (found.isEmpty() ? "no implementation was found" : "only these were found: " + names())
                        + (failures.isEmpty() ? "" : "; failed to load: " + text(failures.get(0))) + places);
            }
            if (!failures.isEmpty()) {
                return unbound("an implementation is present but failed to load: " + text(failures.get(0)) + places);
            }
            return unbound("no implementation found; add dev.lifecycle:lifecycle-impl, version "
                    + LifecycleProvider.API_VERSION + ".x, to the " + path() + places);
        }

        private Binding checked(LifecycleProvider provider) {
            String name = provider.getClass().getName();
            String version;
            try {
                version = provider.apiVersion();
            } catch (Throwable failure) { // an AbstractMethodError, if it is older than this method
                failures.add(0, failure);
                return unbound("the implementation " + name + " does not tell the version of the api it was built for: "
                        + failure.getClass().getName() + "; " + REMEDY);
            }
            return LifecycleProvider.API_VERSION.equals(version)
                    ? new Bound(provider)
                    : unbound("the implementation " + name + " was built for version " + version
                            + " of the api, this api is " + LifecycleProvider.API_VERSION + "; " + REMEDY);
        }

        private static final String REMEDY = "use lifecycle-api and lifecycle-impl of one version";

        private Binding unbound(String reason) {
            return new Unbound(reason, List.copyOf(failures));
        }

        /** The message of ServiceLoader names provider and reason; a linkage error's alone is but the name of a class. */
        private static String text(Throwable failure) {
            String message = failure instanceof ServiceConfigurationError ? failure.getMessage() : failure.toString();
            Throwable cause = failure.getCause();
            return message + (cause == null ? "" : " (" + cause.getClass().getName() + ")");
        }

        private static String path() {
            return Binding.class.getModule().isNamed() ? "module path" : "class path";
        }

        private String names() {
            return String.join(
                    ", ", found.stream().map(p -> p.getClass().getName()).toList());
        }
    }
}
