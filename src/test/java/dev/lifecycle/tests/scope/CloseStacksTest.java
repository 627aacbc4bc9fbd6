package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.tests.api.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The system property {@code dev.lifecycle.scope.closeStacks}, which is read once: each test has a process of its own. */
@Tag("once")
@Timeout(60)
class CloseStacksTest {
    private static final String PROPERTY = "dev.lifecycle.scope.closeStacks";

    /** Uses what is closed, in each way, and prints what the exception says and what caused it. */
    static final class Child {
        private Child() {}

        public static void main(String... arguments) {
            usesScope("named", Scope.open("app"), Scope::close);
            usesScope("confined", Scope.builder("app").confined().open(), Scope::close);
            usesScope("configured", Scope.builder("app").maxResources(9).open(), Scope::close);
            usesScope("child", Scope.open("app").child(), Scope::close);
            usesScope("anonymous", Scope.open(), Scope::close);
            usesHandle("closed", Owned::close);
            usesHandle("released", Owned::release);
            usesHandle("moved", handle -> handle.moveTo(Scope.open("target")));
            Scope scope = Scope.open("app");
            Owned<String> handle = hold(scope);
            closesScope(scope, Scope::close);
            print("released by its scope", handle);
        }

        private static Owned<String> hold(Scope scope) {
            return scope.hold("resource", value -> {}, Label.of("text"));
        }

        private static void usesScope(String what, Scope scope, Consumer<Scope> close) {
            closesScope(scope, close);
            try {
                scope.defer(() -> {});
            } catch (ScopeClosedException expected) {
                print(what, expected);
            }
        }

        private static void closesScope(Scope scope, Consumer<Scope> close) {
            close.accept(scope);
        }

        private static void usesHandle(String what, Consumer<Owned<String>> end) {
            Owned<String> handle = hold(Scope.open("app"));
            endsHandle(handle, end);
            print(what, handle);
        }

        private static void endsHandle(Owned<String> handle, Consumer<Owned<String>> end) {
            end.accept(handle);
        }

        private static void print(String what, Owned<String> handle) {
            try {
                handle.get();
            } catch (UseAfterCloseException expected) {
                print(what, expected);
            }
        }

        private static void print(String what, RuntimeException thrown) {
            Throwable cause = thrown.getCause();
            System.out.println(
                    what + ": " + (cause == null ? "no cause" : cause.getMessage() + ", in " + frames(cause)));
        }

        /** The methods of this class that are on a stack. */
        private static List<String> frames(Throwable stack) {
            return Stream.of(stack.getStackTrace())
                    .filter(frame -> frame.getClassName().equals(Child.class.getName()))
                    .map(StackTraceElement::getMethodName)
                    .filter(method -> !method.startsWith("lambda"))
                    .toList();
        }
    }

    private static List<String> run(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of(
                "-cp",
                ChildJvm.path(
                        ChildJvm.locationOf(Scope.class),
                        ChildJvm.locationOf(Lifecycle.provider().getClass()),
                        ChildJvm.locationOf(Child.class)),
                Child.class.getName()));
        return ChildJvm.java(command.toArray(new String[0])).lines(0);
    }

    private static final List<String> NO_CAUSES = Stream.of(
                    "named",
                    "confined",
                    "configured",
                    "child",
                    "anonymous",
                    "closed",
                    "released",
                    "moved",
                    "released by its scope")
            .map(what -> what + ": no cause")
            .toList();

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE"})
    void makesTheClosingStackTheCauseOfWhatUsesThrow(String value) throws Exception {
        String scope = ": closed here, by thread main, in [closesScope, usesScope, main]";
        String handle = ": closed here, by thread main, in [endsHandle, usesHandle, main]";
        assertEquals(
                List.of(
                        "named" + scope,
                        "confined" + scope,
                        "configured" + scope,
                        "child" + scope,
                        "anonymous: no cause", // it remembers nothing of its close
                        "closed" + handle,
                        "released" + handle,
                        "moved" + handle,
                        "released by its scope: closed here, by thread main, in [closesScope, main]"),
                run("-D" + PROPERTY + "=" + value));
    }

    @Test
    void causesNothingByDefault() throws Exception {
        assertEquals(NO_CAUSES, run());
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "", "yes"})
    void causesNothingUnlessItIsTrue(String value) throws Exception {
        List<String> lines = run("-D" + PROPERTY + "=" + value);
        assertTrue(lines.containsAll(NO_CAUSES), lines::toString);
    }

    @Test
    void warnsOfAValueThatIsNeitherTrueNorFalse() throws Exception {
        List<String> lines = run("-D" + PROPERTY + "=yes");
        assertTrue(
                lines.stream()
                        .anyMatch(line ->
                                line.endsWith(PROPERTY + " is \"yes\"; it must be true or false, and is false")),
                lines::toString);
    }

    @Test
    void isNamedInAWarningOfAMisspeltOne() throws Exception {
        List<String> lines = run("-Ddev.lifecycle.scope.closeStack=true");
        List<String> warnings = lines.stream()
                .filter(line -> line.contains("dev.lifecycle.scope.closeStack"))
                .toList();
        assertEquals(1, warnings.size(), lines::toString);
        assertTrue(
                warnings.get(0)
                        .endsWith(
                                "there is no system property \"dev.lifecycle.scope.closeStack\"; known is " + PROPERTY),
                lines::toString);
        assertTrue(lines.containsAll(NO_CAUSES), lines::toString);
    }

    @Test
    void holdsBesideAMisspeltOne() throws Exception {
        List<String> lines = run("-D" + PROPERTY + "=true", "-Ddev.lifecycle.scope.CloseStacks=false");
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("\"dev.lifecycle.scope.CloseStacks\"")), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("named: closed here")), lines::toString);
    }
}
