package dev.lifecycle.tests.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakRegistry;
import dev.lifecycle.weak.WeakValueMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All that holds something weakly, behind one face. Runs in child processes too: the api and the JDK alone. */
enum Structure {
    /** Ordinary keys. */
    KEYS {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            WeakKeyMap.Builder<Object, Object> builder =
                    WeakKeyMap.builder(name).timeSource(clock);
            return new Keys(owner == null ? builder.open() : builder.open(owner), true);
        }
    },
    /** Keys that carry their values, which refer to them. */
    HOSTS {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            return KEYS.open(name, owner, clock);
        }

        @Override
        Object referent() {
            return new Host();
        }
    },
    /** Values that are held weakly, of keys that live. */
    WEAK_VALUES {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            WeakKeyMap.Builder<Object, Object> builder =
                    WeakKeyMap.builder(name).weakValues().timeSource(clock);
            return new Keys(owner == null ? builder.open() : builder.open(owner), false);
        }
    },
    /** Values by key. */
    VALUES {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            WeakValueMap.Builder<Object, Object> builder =
                    WeakValueMap.builder(name).timeSource(clock);
            return new Values(owner == null ? builder.open() : builder.open(owner));
        }
    },
    /** Instances. */
    INTERNER {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            WeakInterner.Builder<Object> builder = WeakInterner.builder(name).timeSource(clock);
            return new Instances(owner == null ? builder.open() : builder.open(owner));
        }
    },
    /** What is alive. */
    REGISTRY {
        @Override
        Subject open(String name, @Nullable Scope owner, TimeSource clock) {
            WeakRegistry.Builder builder = WeakRegistry.builder(name).timeSource(clock);
            return new Counted(owner == null ? builder.open() : builder.open(owner));
        }
    };

    abstract Subject open(String name, @Nullable Scope owner, TimeSource clock);

    Subject open(String name) {
        return open(name, null, TimeSource.system());
    }

    /** Something to be held weakly. */
    Object referent() {
        return new Object();
    }

    /** One of them, open. */
    interface Subject extends AutoCloseable {
        /** What users hold. */
        Object self();

        /** Puts {@code referent} in; returns what is to be given to {@link #look}, which does not refer to it. */
        Object add(Object referent);

        /** Looks something up that was put in, without touching what is held weakly; false where there is no such means. */
        boolean look(Object handle);

        /** Looks up and puts in again what lives. */
        void use(Object referent, Object handle);

        int size();

        void purge();

        String name();

        State state();

        Managed managed();

        @Override
        void close();
    }

    /** By identity. */
    record Keys(WeakKeyMap<Object, Object> map, boolean keysDie) implements Subject {
        @Override
        public Object self() {
            return map;
        }

        @Override
        public Object add(Object referent) {
            if (keysDie) {
                map.put(referent, referent instanceof Host ? new Object[] {referent} : "value");
                return "nobody has the key";
            }
            Object key = new Object();
            map.put(key, referent);
            return key;
        }

        @Override
        public boolean look(Object handle) {
            return !keysDie && map.containsKey(handle);
        }

        @Override
        public void use(Object referent, Object handle) {
            Object key = keysDie ? referent : handle;
            Object value = map.get(key);
            if (value != null && map.containsKey(key)) {
                map.put(key, value);
                map.putIfAbsent(key, value);
                map.computeIfAbsent(key, any -> value);
            }
        }

        @Override
        public int size() {
            return map.approxSize();
        }

        @Override
        public void purge() {
            map.purge();
        }

        @Override
        public String name() {
            return map.name();
        }

        @Override
        public State state() {
            return map.state();
        }

        @Override
        public Managed managed() {
            return map.managed();
        }

        @Override
        public void close() {
            map.close();
        }
    }

    /** By equality. */
    record Values(WeakValueMap<Object, Object> map) implements Subject {
        private static final AtomicInteger NUMBERS = new AtomicInteger();

        @Override
        public Object self() {
            return map;
        }

        @Override
        public Object add(Object referent) {
            Object key = "key " + NUMBERS.incrementAndGet();
            map.put(key, referent);
            return key;
        }

        @Override
        public boolean look(Object handle) {
            return map.containsKey(handle);
        }

        @Override
        public void use(Object referent, Object handle) {
            if (map.get(handle) == referent) {
                map.put(handle, referent);
                map.putIfAbsent(handle, referent);
                map.computeIfAbsent(handle, any -> referent);
            }
        }

        @Override
        public int size() {
            return map.approxSize();
        }

        @Override
        public void purge() {
            map.purge();
        }

        @Override
        public String name() {
            return map.name();
        }

        @Override
        public State state() {
            return map.state();
        }

        @Override
        public Managed managed() {
            return map.managed();
        }

        @Override
        public void close() {
            map.close();
        }
    }

    /** Instances. */
    record Instances(WeakInterner<Object> interner) implements Subject {
        @Override
        public Object self() {
            return interner;
        }

        @Override
        public Object add(Object referent) {
            interner.intern(referent);
            return "nobody has an equal one";
        }

        @Override
        public boolean look(Object handle) {
            return false;
        }

        @Override
        public void use(Object referent, Object handle) {
            interner.intern(referent);
        }

        @Override
        public int size() {
            return interner.approxSize();
        }

        @Override
        public void purge() {
            interner.purge();
        }

        @Override
        public String name() {
            return interner.name();
        }

        @Override
        public State state() {
            return interner.state();
        }

        @Override
        public Managed managed() {
            return interner.managed();
        }

        @Override
        public void close() {
            interner.close();
        }
    }

    /** What is counted. */
    record Counted(WeakRegistry registry) implements Subject {
        private static final Kind KIND = new Kind("Thing");

        @Override
        public Object self() {
            return registry;
        }

        @Override
        public Object add(Object referent) {
            registry.add(KIND, "one", referent);
            return "nobody has it";
        }

        @Override
        public boolean look(Object handle) {
            return registry.counts().isEmpty();
        }

        @Override
        public void use(Object referent, Object handle) {
            registry.add(KIND, "one", referent);
        }

        @Override
        public int size() {
            return (int) registry.alive();
        }

        @Override
        public void purge() {
            registry.purge();
        }

        @Override
        public String name() {
            return registry.name();
        }

        @Override
        public State state() {
            return registry.state();
        }

        @Override
        public Managed managed() {
            return registry.managed();
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
