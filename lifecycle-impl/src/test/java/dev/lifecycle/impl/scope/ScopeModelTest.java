package dev.lifecycle.impl.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.UseAfterCloseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Random operations on a handful of scopes, each held against lists: what was closed, in which order, what is open. With the
 * tries and lengths below, 100 000 operations and more a run; a failure prints the seed and the shortest case.
 */
class ScopeModelTest {
    private static final int TRIES = 700;
    private static final int LENGTH = 160;

    private enum Verb {
        OWN,
        OWN_MANY,
        DEFER,
        HOLD,
        CHILD,
        CLOSE_HANDLE,
        RELEASE_HANDLE,
        MOVE_HANDLE,
        MOVE_ALL,
        DETACH_ALL,
        CLOSE,
        OPEN
    }

    private record Step(Verb verb, int which, int other) {}

    /** A scope and what it should hold: integers are resources, models are children or moved blocks. */
    private static final class Model {
        final Scope scope;
        final List<Object> entries = new ArrayList<>();

        @Nullable
        Model parent; // or the target it was moved to

        boolean open = true;

        Model(Scope scope) {
            this.scope = scope;
        }

        void closeInto(List<Integer> log) {
            open = false;
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i) instanceof Model below) {
                    below.closeInto(log);
                } else {
                    log.add((Integer) entries.get(i));
                }
            }
            entries.clear();
        }

        /** The model that lists {@code entry}, here or in what was moved here or opened below. */
        @Nullable
        Model holderOf(Object entry) {
            for (Object each : entries) {
                if (each.equals(entry)) {
                    return this;
                }
                Model found = each instanceof Model below ? below.holderOf(entry) : null;
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        boolean isAtOrBelow(Model top) {
            for (Model at = this; at != null; at = at.parent) {
                if (at == top) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Held(Owned<Integer> handle, int id) {}

    private static final class World {
        final Supplier<Scope> kind;
        final List<Model> models = new ArrayList<>();
        final List<Held> handles = new ArrayList<>();
        final List<Integer> closed = new ArrayList<>();
        final List<Integer> expected = new ArrayList<>();
        int ids;

        World(Supplier<Scope> kind) {
            this.kind = kind;
            open();
            open();
        }

        void open() {
            models.add(new Model(kind.get()));
        }

        @Nullable
        Model holderOf(int id) {
            for (Model model : models) {
                if (model.parent == null) {
                    Model found = model.holderOf(id);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return null;
        }

        void step(Step step) {
            Model model = models.get(step.which % models.size());
            Model other = models.get(step.other % models.size());
            switch (step.verb) {
                case OWN -> own(model);
                case OWN_MANY -> {
                    for (int i = step.other; i > 0; i--) {
                        own(model);
                    }
                }
                case DEFER -> {
                    int id = ids++;
                    put(model, id, () -> model.scope.defer(() -> closed.add(id)));
                }
                case HOLD -> {
                    int id = ids++;
                    put(
                            model,
                            id,
                            () -> handles.add(new Held(model.scope.hold(id, closed::add, () -> "held " + id), id)));
                }
                case CHILD -> child(model);
                case CLOSE_HANDLE ->
                    useHandle(step, held -> {
                        held.handle.close();
                        expected.add(held.id);
                    });
                case RELEASE_HANDLE -> useHandle(step, held -> assertEquals(held.id, held.handle.release()));
                case MOVE_HANDLE -> moveHandle(step, other);
                case MOVE_ALL -> moveAll(model, other);
                case DETACH_ALL -> detachAll(model);
                case CLOSE -> {
                    if (model.open && model.parent != null) {
                        model.parent.entries.remove(model);
                    }
                    if (model.open) {
                        model.closeInto(expected);
                    }
                    model.scope.close();
                }
                case OPEN -> {
                    if (models.size() < 8) {
                        open();
                    }
                }
            }
        }

        private void own(Model model) {
            int id = ids++;
            put(model, id, () -> model.scope.own((AutoCloseable) () -> closed.add(id)));
        }

        /** Puts a resource in; a closed scope releases it at once and says so. */
        private void put(Model model, int id, Runnable action) {
            try {
                action.run();
                assertTrue(model.open, "a closed scope took a resource");
                model.entries.add(id);
            } catch (ScopeClosedException refused) {
                assertTrue(!model.open, "an open scope refused a resource");
                expected.add(id);
            }
        }

        private void child(Model model) {
            try {
                Model child = new Model(model.scope.child());
                assertTrue(model.open);
                child.parent = model;
                model.entries.add(child);
                models.add(child);
            } catch (ScopeClosedException refused) {
                assertTrue(!model.open);
            }
        }

        private void useHandle(Step step, Consumer<Held> use) {
            if (handles.isEmpty()) {
                return;
            }
            Held held = handles.get(step.which % handles.size());
            Model holder = holderOf(held.id);
            if (holder == null) {
                held.handle.close(); // has no effect
                assertThrows(UseAfterCloseException.class, held.handle::release);
                assertThrows(UseAfterCloseException.class, held.handle::get);
            } else {
                assertEquals(held.id, held.handle.get());
                holder.entries.remove((Object) held.id);
                use.accept(held);
                forgetEmptyBlocks(holder);
            }
        }

        private void moveHandle(Step step, Model to) {
            if (handles.isEmpty()) {
                return;
            }
            int at = step.which % handles.size();
            Held held = handles.get(at);
            Model holder = holderOf(held.id);
            if (holder == null) {
                return;
            }
            try {
                Owned<Integer> fresh = held.handle.moveTo(to.scope);
                assertTrue(to.open);
                handles.set(at, new Held(fresh, held.id));
                holder.entries.remove((Object) held.id);
                to.entries.add(held.id);
                forgetEmptyBlocks(holder);
            } catch (ScopeClosedException refused) {
                assertTrue(!to.open);
                assertEquals(held.id, held.handle.get());
            }
        }

        /** A moved block that has become empty leaves its target. */
        private void forgetEmptyBlocks(Model from) {
            for (Model at = from; !at.open && at.entries.isEmpty() && at.parent != null; at = at.parent) {
                at.parent.entries.remove(at);
            }
        }

        private void moveAll(Model from, Model to) {
            if (to.isAtOrBelow(from)) {
                assertThrows(RuntimeException.class, () -> from.scope.moveTo(to.scope));
                return;
            }
            try {
                from.scope.moveTo(to.scope);
                assertTrue(from.open && to.open);
                if (from.parent != null) {
                    from.parent.entries.remove(from);
                }
                from.open = false;
                from.parent = to;
                to.entries.add(from);
            } catch (ScopeClosedException refused) {
                assertTrue(!from.open || !to.open);
            }
        }

        private void detachAll(Model model) {
            try {
                Model fresh = new Model(model.scope.detachAll());
                assertTrue(model.open);
                fresh.entries.addAll(model.entries);
                model.entries.clear();
                for (Object entry : fresh.entries) {
                    if (entry instanceof Model below) {
                        below.parent = fresh;
                    }
                }
                models.add(fresh);
            } catch (ScopeClosedException refused) {
                assertTrue(!model.open);
            }
        }

        void check() {
            assertEquals(expected, closed);
            for (Model model : models) {
                assertEquals(model.open, model.scope.isOpen());
                assertTrue(((BaseScope) model.scope).invariantsHold(), "invariants");
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Verb.class),
                        Arbitraries.integers().between(0, 63),
                        Arbitraries.integers().between(0, 63))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(LENGTH * 2);
    }

    @Property(tries = TRIES)
    void sharedScopesBehaveLikeLists(@ForAll("steps") List<Step> steps) {
        run(steps, Scope::open);
    }

    @Property(tries = TRIES)
    void confinedScopesBehaveLikeLists(@ForAll("steps") List<Step> steps) {
        run(steps, Scope::confined);
    }

    private static void run(List<Step> steps, Supplier<Scope> kind) {
        World world = new World(kind);
        for (Step step : steps) {
            world.step(step);
            world.check();
        }
        for (Model model : world.models) {
            if (model.parent == null && model.open) {
                model.closeInto(world.expected);
                model.scope.close();
            }
        }
        world.check();
    }
}
