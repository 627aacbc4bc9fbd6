package dev.lifecycle.tests.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.spi.LifecycleProvider;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the api finds its implementation: each case with a copy of the api that has not looked yet. */
@org.junit.jupiter.api.parallel.Isolated("sets a system property")
class BindingTest {
    private static final String VERSION = LifecycleProvider.API_VERSION;

    @TempDir
    static Path folder;

    /** Providers of all sorts in package p, but no services file. */
    private static Path providers;

    @BeforeAll
    static void compileProviders() throws IOException {
        Map<String, String> sources = new HashMap<>();
        // the least a provider can be compiled against: so that it need not grow with the real interface
        sources.put(
                Workshop.SERVICE,
                "package dev.lifecycle.spi; public interface LifecycleProvider { String apiVersion(); }");
        sources.put(
                "dev.lifecycle.Lifecycle",
                "package dev.lifecycle; public class Lifecycle { public static native dev.lifecycle.spi.LifecycleProvider provider(); }");
        sources.put("p.Gone", "package p; public class Gone {}");
        provider(sources, "First", "return \"" + VERSION + "\";", "");
        provider(sources, "Second", "return \"" + VERSION + "\";", "");
        provider(sources, "Old", "return \"0.0\";", "");
        provider(sources, "Unversioned", "return null;", "");
        provider(sources, "Mute", "throw new AbstractMethodError(\"apiVersion\");", "");
        provider(sources, "Throwing", "return \"\";", "public Throwing() { throw new RuntimeException(\"no disk\"); }");
        provider(sources, "Failing", "return \"\";", "public Failing() { throw new NoSuchFieldError(\"x\"); }");
        provider(sources, "Hostile", "return \"\";", """
                static class Worst extends RuntimeException {
                    public String getMessage() { throw new IllegalStateException("not even a message"); }
                }
                public Hostile() { throw new Worst(); }
                """);
        provider(
                sources,
                "Eager",
                "return \"" + VERSION + "\";",
                "public Eager() { dev.lifecycle.Lifecycle.provider(); }");
        provider(sources, "Private", "return \"\";", "private Private() {}");
        sources.put(
                "p.Unlinked",
                "package p; public class Unlinked extends Gone implements dev.lifecycle.spi.LifecycleProvider {"
                        + " public String apiVersion() { return null; } }");
        sources.put("p.Stranger", "package p; public class Stranger {}");
        providers = Workshop.compile(folder.resolve("providers"), List.of(), sources);
        Files.delete(providers.resolve("p/Gone.class"));
        Files.delete(providers.resolve("dev/lifecycle/spi/LifecycleProvider.class"));
        Files.delete(providers.resolve("dev/lifecycle/Lifecycle.class"));
    }

    private static void provider(Map<String, String> sources, String name, String apiVersion, String more) {
        sources.put(
                "p." + name,
                "package p; public class " + name + " implements dev.lifecycle.spi.LifecycleProvider {" + more
                        + " public String apiVersion() { " + apiVersion + " } }");
    }

    /** The api with the given providers beside it. */
    private static Isolated with(String... names) throws IOException {
        return Isolated.classPath(providers, Workshop.services(folder, names));
    }

    /** Checks that every call fails alike, and returns the failure. */
    private static RuntimeException failsAlike(Isolated api) throws Exception {
        assertFalse(api.isAvailable());
        assertEquals(java.util.Optional.empty(), api.find());
        RuntimeException first = api.failure();
        RuntimeException second = api.failure();
        assertNotSame(first, second); // each has the stack of its call
        assertEquals(first.getMessage(), second.getMessage());
        assertEquals(first.getCause(), second.getCause());
        assertEquals(List.of(first.getSuppressed()), List.of(second.getSuppressed()));
        assertFalse(first.getMessage().contains("\n"), first.getMessage());
        return first;
    }

    @Nested
    class WithTheImplementation {
        @Test
        void bindsOnAClassPathBelowThePlatformClassLoader() throws Exception {
            try (Isolated api = Isolated.classPath(Workshop.IMPL)) {
                assertTrue(api.isAvailable());
                assertEquals(
                        "dev.lifecycle.impl.DefaultProvider",
                        api.provider().getClass().getName());
                assertSame(api.loader(), api.provider().getClass().getClassLoader());
                assertSame(api.provider(), api.find().orElseThrow());
                assertSame(api.provider(), api.provider());
            }
        }

        @Test
        void bindsWithoutAContextClassLoader() throws Exception {
            try (Isolated api = Isolated.classPath(Workshop.IMPL).context(null)) {
                assertTrue(api.isAvailable());
            }
        }

        /** Where the api is shared and the implementation belongs to an application. */
        @Test
        void bindsWhenOnlyTheContextClassLoaderSeesIt() throws Exception {
            try (Isolated api = Isolated.classPath();
                    URLClassLoader application =
                            new URLClassLoader("application", Workshop.urls(Workshop.IMPL), api.loader())) {
                assertSame(
                        application,
                        api.context(application).provider().getClass().getClassLoader());
            }
        }

        /** An application brings its own copy, child first: the shared one is bound for all, whoever calls first. */
        @Test
        void prefersWhatItsOwnClassLoaderSees() throws Exception {
            try (Isolated api = Isolated.classPath(Workshop.IMPL);
                    URLClassLoader application = new ChildFirst(api.loader(), Workshop.IMPL)) {
                assertSame(
                        api.loader(),
                        api.context(application).provider().getClass().getClassLoader());
            }
        }

        /** A context class loader with another copy of the api: its provider is of no use, and no harm. */
        @Test
        void isNotDisturbedByAForeignCopyInTheContextClassLoader() throws Exception {
            try (Isolated api = Isolated.classPath(Workshop.IMPL);
                    Isolated other = Isolated.classPath(Workshop.IMPL)) {
                assertSame(
                        api.loader(),
                        api.context(other.loader()).provider().getClass().getClassLoader());
                assertSame(other.loader(), other.provider().getClass().getClassLoader());
            }
        }

        @Test
        void bindsInAModuleLayerWithOneClassLoader() throws Exception {
            ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                            resolved(), List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                    .layer();
            bindsIn(layer);
        }

        /** The class loader of the api does not delegate to that of the implementation then. */
        @Test
        void bindsInAModuleLayerWithAClassLoaderForEachModule() throws Exception {
            ModuleLayer layer = ModuleLayer.defineModulesWithManyLoaders(
                            resolved(), List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                    .layer();
            assertNotSame(layer.findLoader("dev.lifecycle.api"), layer.findLoader("dev.lifecycle.impl"));
            bindsIn(layer);
        }

        private Configuration resolved() {
            return Configuration.resolveAndBind(
                    ModuleFinder.of(Workshop.API, Workshop.IMPL),
                    List.of(ModuleLayer.boot().configuration()),
                    ModuleFinder.of(),
                    Set.of("dev.lifecycle.api"));
        }

        private void bindsIn(ModuleLayer layer) throws Exception {
            try (Isolated api = Isolated.of(layer.findLoader("dev.lifecycle.api"))) {
                Module module = api.provider().getClass().getModule();
                assertEquals("dev.lifecycle.impl", module.getName());
                assertSame(layer, module.getLayer());
            }
        }
    }

    private static final class ChildFirst extends URLClassLoader {
        ChildFirst(ClassLoader parent, Path... entries) throws IOException {
            super("child first", Workshop.urls(entries), parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known == null && name.startsWith("dev.lifecycle.impl.")) {
                    known = findClass(name);
                }
                return known != null ? known : super.loadClass(name, resolve);
            }
        }
    }

    @Nested
    class Alone {
        @Test
        void saysWhichArtifactToAddAndWhereItLooked() throws Exception {
            try (Isolated api = Isolated.classPath()) {
                RuntimeException failure = failsAlike(api);
                assertEquals(
                        "no implementation found; add dev.lifecycle:lifecycle-impl, version " + VERSION
                                + ".x, to the class path. Searched the api's own class loader (isolated), then the"
                                + " context class loader (platform)",
                        failure.getMessage());
                assertNull(failure.getCause());
                assertInstanceOf(IllegalStateException.class, failure);
            }
        }

        /** Whatever is called first, and whatever was called before. */
        @Test
        void failsInEveryFactoryAlike() throws Exception {
            try (Isolated api = Isolated.classPath()) {
                String expected = api.failure().getMessage();
                Class<?> scope = api.loader().loadClass("dev.lifecycle.scope.Scope");
                Class<?> detector = api.loader().loadClass("dev.lifecycle.leak.LeakDetector");
                Class<?> probe = api.loader().loadClass("dev.lifecycle.testing.LeakProbe");
                Class<?> lifecycle = api.loader().loadClass("dev.lifecycle.Lifecycle");
                for (var factory : List.of(
                        scope.getMethod("open"),
                        scope.getMethod("confined"),
                        detector.getMethod("library"),
                        probe.getMethod("open"),
                        lifecycle.getMethod("roots"))) {
                    assertEquals(expected, message(() -> factory.invoke(null)));
                }
                assertEquals(
                        expected,
                        message(() -> scope.getMethod("open", String.class).invoke(null, "app")));
                Object builder = scope.getMethod("builder", String.class).invoke(null, "app");
                assertEquals(
                        expected,
                        message(() -> builder.getClass().getMethod("open").invoke(builder)));
            }
        }

        private String message(org.junit.jupiter.api.function.Executable call) throws AssertionError {
            try {
                call.execute();
            } catch (InvocationTargetException e) {
                return e.getCause().getMessage();
            } catch (Throwable other) {
                throw new AssertionError(other);
            }
            throw new AssertionError("no failure");
        }

        @Test
        void loadsAndInitialisesEveryClass() throws Exception {
            try (Isolated api = Isolated.classPath()) {
                List<String> names = classNames(Workshop.API);
                assertTrue(names.contains("dev.lifecycle.Lifecycle"), names::toString);
                for (String name : names) {
                    Class.forName(name, true, api.loader());
                }
                assertFalse(api.isAvailable());
            }
        }

        private List<String> classNames(Path api) throws IOException {
            if (Files.isDirectory(api)) {
                return classNamesBelow(api);
            }
            try (FileSystem jar = FileSystems.newFileSystem(api)) {
                return classNamesBelow(jar.getPath("/"));
            }
        }

        private List<String> classNamesBelow(Path root) throws IOException {
            try (Stream<Path> files = Files.walk(root)) {
                return files.map(file -> root.relativize(file).toString())
                        .filter(file -> file.endsWith(".class") && !file.contains("-info"))
                        .map(file -> file.substring(0, file.length() - 6).replaceAll("[/\\\\]", "."))
                        .toList();
            }
        }

        /** Values and exceptions are of use to a library that only passes them on. */
        @Test
        void makesValuesAndWaitsForCollections() throws Exception {
            try (Isolated api = Isolated.classPath()) {
                Class<?> exit = api.loader().loadClass("dev.lifecycle.scope.Exit");
                Object failed = exit.getMethod("of", Throwable.class).invoke(null, new IOException("x"));
                assertEquals("Failure[cause=java.io.IOException: x]", failed.toString());
                Class<?> site = api.loader().loadClass("dev.lifecycle.leak.Site");
                assertEquals(
                        "s",
                        site.getMethod("named", String.class).invoke(null, "s").toString());
                Class<?> probe = api.loader().loadClass("dev.lifecycle.testing.LeakProbe");
                probe.getMethod("awaitCollected", java.lang.ref.Reference.class)
                        .invoke(null, new java.lang.ref.WeakReference<>(new Object()));
                assertEquals(
                        VERSION,
                        api.loader()
                                .loadClass("dev.lifecycle.Lifecycle")
                                .getMethod("version")
                                .invoke(null));
            }
        }
    }

    @Nested
    class WithSeveral {
        @Test
        void namesThemAndThePropertyThatPicks() throws Exception {
            try (Isolated api = with("p.First", "p.Second")) {
                assertEquals(
                        "several implementations found: p.First, p.Second. Keep one on the class path, or pick one with"
                                + " the system property dev.lifecycle.provider",
                        failsAlike(api).getMessage());
            }
        }

        @Test
        void takesTheOneThatThePropertyPicks() throws Throwable {
            try (Isolated api = with("p.First", "p.Second")) {
                Object picked = Isolated.picking("p.Second", api::provider);
                assertEquals("p.Second", picked.getClass().getName());
                assertSame(picked, api.provider()); // also when the property is gone
            }
        }

        @Test
        void countsOneThatIsNamedTwiceOnce() throws Exception {
            try (Isolated api = Isolated.classPath(
                    providers, Workshop.services(folder, "p.First"), Workshop.services(folder, "p.First"))) {
                assertEquals("p.First", api.provider().getClass().getName());
            }
        }

        @Test
        void findsThePickedOneInTheContextClassLoader() throws Throwable {
            try (Isolated api = with("p.First");
                    URLClassLoader application =
                            new URLClassLoader("application", Workshop.urls(Workshop.IMPL), api.loader())) {
                api.context(application);
                Object picked = Isolated.picking("dev.lifecycle.impl.DefaultProvider", api::provider);
                assertSame(application, picked.getClass().getClassLoader());
            }
        }

        @Test
        void saysSoWhenThePropertyPicksNone() throws Throwable {
            try (Isolated api = with("p.First", "p.Second")) {
                assertEquals(
                        "the system property dev.lifecycle.provider picks \"p.Third\", but only these were found: p.First,"
                                + " p.Second. Searched the api's own class loader (isolated), then the context class loader"
                                + " (platform)",
                        Isolated.picking("p.Third", () -> failsAlike(api)).getMessage());
            }
        }

        /** The context class loader sees what the api's own does, too. */
        @Test
        void namesOneThatIsSeenTwiceOnce() throws Throwable {
            try (Isolated api = with("p.First");
                    URLClassLoader application = new URLClassLoader("application", Workshop.urls(), api.loader())) {
                api.context(application);
                String message =
                        Isolated.picking("p.Third", () -> failsAlike(api)).getMessage();
                assertTrue(message.contains("only these were found: p.First. Searched "), message);
            }
        }

        @Test
        void saysSoWhenThePropertyPicksNoneOfOne() throws Throwable {
            for (String bogus : List.of("", "x".repeat(1_000_000), "a\nb")) {
                try (Isolated api = with("p.First")) {
                    String message =
                            Isolated.picking(bogus, () -> failsAlike(api)).getMessage();
                    assertTrue(message.contains(", but only these were found: p.First"), message);
                    assertTrue(message.length() < 500, message);
                }
            }
        }

        @Test
        void saysSoWhenThePropertyPicksAndThereIsNone() throws Throwable {
            try (Isolated api = Isolated.classPath()) {
                String message =
                        Isolated.picking("p.Third", () -> failsAlike(api)).getMessage();
                assertTrue(message.contains(" picks \"p.Third\", but no implementation was found. Searched "), message);
            }
        }
    }

    @Nested
    class WithABrokenOne {
        private RuntimeException failureWith(String... names) throws Exception {
            try (Isolated api = with(names)) {
                RuntimeException failure = failsAlike(api);
                assertTrue(
                        failure.getMessage().startsWith("an implementation is present but failed to load: "),
                        failure.getMessage());
                assertTrue(
                        failure.getMessage().contains("Searched the api's own class loader (isolated)"),
                        failure.getMessage());
                return failure;
            }
        }

        @Test
        void namesTheProviderWhoseConstructorThrows() throws Exception {
            RuntimeException failure = failureWith("p.Throwing");
            assertTrue(
                    failure.getMessage()
                            .contains("Provider p.Throwing could not be instantiated (java.lang.RuntimeException)"),
                    failure.getMessage());
            assertInstanceOf(ServiceConfigurationError.class, failure.getCause());
            assertEquals("no disk", failure.getCause().getCause().getMessage());
            assertEquals(0, failure.getSuppressed().length); // the cause says it all
        }

        @Test
        void namesTheProviderWhoseConstructorFails() throws Exception {
            String message = failureWith("p.Failing").getMessage();
            assertTrue(message.contains("Provider p.Failing could not be instantiated"), message);
        }

        @Test
        void survivesAnExceptionThatThrowsWhenPrinted() throws Exception {
            RuntimeException failure = failureWith("p.Hostile");
            assertTrue(failure.getMessage().contains("p.Hostile"), failure.getMessage());
        }

        @Test
        void namesTheProviderWithoutAPublicConstructor() throws Exception {
            String message = failureWith("p.Private").getMessage();
            assertTrue(message.contains("p.Private"), message);
        }

        @Test
        void namesTheProviderWhoseClassIsMissing() throws Exception {
            String message = failureWith("p.Missing").getMessage();
            assertTrue(message.contains("Provider p.Missing not found"), message);
        }

        @Test
        void namesTheClassThatAProviderLacks() throws Exception {
            RuntimeException failure = failureWith("p.Unlinked");
            assertTrue(failure.getMessage().contains("java.lang.NoClassDefFoundError: p/Gone"), failure.getMessage());
            assertInstanceOf(LinkageError.class, failure.getCause());
        }

        @Test
        void namesTheProviderThatIsNoProvider() throws Exception {
            String message = failureWith("p.Stranger").getMessage();
            assertTrue(message.contains("p.Stranger not a subtype"), message);
        }

        @Test
        void namesTheServicesFileThatIsNoServicesFile() throws Exception {
            String message = failureWith("this is no class name").getMessage();
            assertTrue(message.contains("Illegal configuration-file syntax"), message);
        }

        @Test
        void explainsThatAConstructorMustNotUseTheApi() throws Exception {
            RuntimeException failure = failureWith("p.Eager");
            assertTrue(
                    failure.getCause()
                            .getCause()
                            .getMessage()
                            .startsWith("an implementation used the api in its constructor"),
                    failure.getCause().getCause()::toString);
        }

        @Test
        void listsAllThatFailed() throws Exception {
            RuntimeException failure = failureWith("p.Throwing", "p.Missing", "p.Unlinked");
            assertTrue(failure.getCause().getMessage().contains("p.Throwing"), failure.getCause()::getMessage);
            assertTrue(failure.getSuppressed()[0].getMessage().contains("p.Missing"));
            assertEquals("p/Gone", failure.getSuppressed()[1].getMessage());
            assertEquals(2, failure.getSuppressed().length);
        }

        @Test
        void listsOneThatFailedTwiceOnce() throws Exception {
            try (Isolated api = with("p.Throwing");
                    URLClassLoader application = new URLClassLoader("application", Workshop.urls(), api.loader())) {
                assertEquals(0, failsAlike(api.context(application)).getSuppressed().length);
            }
        }

        @Test
        void listsSixteenOfAThousandThatFailed() throws Exception {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                names.add("p.Missing" + i);
            }
            assertEquals(15, failureWith(names.toArray(String[]::new)).getSuppressed().length);
        }

        @Test
        void bindsTheOneThatLoads() throws Exception {
            try (Isolated api = with("p.Throwing", "p.Unlinked", "p.First", "p.Missing")) {
                assertEquals("p.First", api.provider().getClass().getName());
            }
        }

        @Test
        void bindsOneOfTheContextClassLoaderInstead() throws Exception {
            try (Isolated api = with("p.Throwing");
                    URLClassLoader application =
                            new URLClassLoader("application", Workshop.urls(Workshop.IMPL), api.loader())) {
                assertSame(
                        application,
                        api.context(application).provider().getClass().getClassLoader());
            }
        }

        @Test
        void saysSoWhenItIsTheOneThatThePropertyPicks() throws Throwable {
            try (Isolated api = with("p.Throwing", "p.First")) {
                String message =
                        Isolated.picking("p.Throwing", () -> failsAlike(api)).getMessage();
                assertTrue(
                        message.contains("only these were found: p.First; failed to load: " + Workshop.SERVICE
                                + ": Provider p.Throwing could not be instantiated"),
                        message);
            }
        }
    }

    @Nested
    class OfAnotherVersion {
        @Test
        void isRefusedWithBothVersions() throws Exception {
            try (Isolated api = with("p.Old")) {
                assertEquals(
                        "the implementation p.Old was built for version 0.0 of the api, this api is " + VERSION
                                + "; use lifecycle-api and lifecycle-impl of one version",
                        failsAlike(api).getMessage());
            }
        }

        @Test
        void isRefusedWhenItTellsNoVersion() throws Exception {
            try (Isolated api = with("p.Unversioned")) {
                String message = failsAlike(api).getMessage();
                assertTrue(message.contains("p.Unversioned was built for version null of the api"), message);
            }
        }

        @Test
        void isRefusedWhenItCannotTellItsVersion() throws Exception {
            try (Isolated api = with("p.Mute")) {
                RuntimeException failure = failsAlike(api);
                assertEquals(
                        "the implementation p.Mute does not tell the version of the api it was built for:"
                                + " java.lang.AbstractMethodError; use lifecycle-api and lifecycle-impl of one version",
                        failure.getMessage());
                assertInstanceOf(AbstractMethodError.class, failure.getCause());
            }
        }
    }
}
