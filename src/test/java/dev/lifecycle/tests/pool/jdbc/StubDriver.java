package dev.lifecycle.tests.pool.jdbc;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** A driver without a database. It notes what it is asked, keeps what is set, and fails when it is told to. */
final class StubDriver {

    /** What the driver does at a call, in place of what it would do. */
    interface Trap {
        void at(String call) throws SQLException;
    }

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final List<Connection> connections = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Object> defaults = new HashMap<>();
    volatile Trap trap = call -> {};

    StubDriver() {
        defaults.put("AutoCommit", true);
        defaults.put("ReadOnly", false);
        defaults.put("TransactionIsolation", Connection.TRANSACTION_READ_COMMITTED);
        defaults.put("Catalog", "main");
        defaults.put("Schema", "public");
        defaults.put("Holdability", ResultSet.HOLD_CURSORS_OVER_COMMIT);
        defaults.put("NetworkTimeout", 0);
        defaults.put("TypeMap", new HashMap<String, Class<?>>());
        defaults.put("ClientInfo", new Properties());
    }

    /** A data source over it. */
    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        note("connect", arguments);
                        Connection connection = new Handler(Connection.class, null).proxy(Connection.class);
                        connections.add(connection);
                        return connection;
                    }
                    if (method.getDeclaringClass() == Object.class) {
                        return identity(proxy, method, arguments);
                    }
                    note(method.getName(), arguments);
                    return value(method.getReturnType());
                });
    }

    /** Makes it throw at each call that {@code when} fits. */
    void fail(Predicate<String> when, SQLException thrown) {
        trap = call -> {
            if (when.test(call)) {
                throw thrown;
            }
        };
    }

    /** Returns what was called since the last time, and forgets it. */
    List<String> takeCalls() {
        synchronized (calls) {
            List<String> taken = List.copyOf(calls);
            calls.clear();
            return taken;
        }
    }

    private void note(String name, Object[] arguments) throws SQLException {
        String call = arguments == null
                ? name
                : Arrays.stream(arguments)
                        .map(argument ->
                                argument instanceof Runnable || argument instanceof java.util.concurrent.Executor
                                        ? "executor"
                                        : String.valueOf(argument))
                        .collect(Collectors.joining(", ", name + "(", ")"));
        calls.add(call);
        trap.at(call);
    }

    private static Object identity(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "stub";
        };
    }

    private static Object value(Class<?> type) {
        return type.isPrimitive() && type != void.class ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private static final Set<Class<?>> MADE = Set.of(
            Statement.class,
            PreparedStatement.class,
            CallableStatement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            Blob.class,
            Clob.class,
            java.sql.Array.class,
            SQLXML.class);

    /** An object of the driver. */
    private final class Handler implements InvocationHandler {
        private final String prefix;
        private final Handler parent;
        private final Map<String, Object> state = new HashMap<>(defaults);
        private volatile boolean closed;

        Handler(Class<?> type, Handler parent) {
            prefix = type == Connection.class ? "" : type.getSimpleName() + ".";
            this.parent = parent;
        }

        <T> T proxy(Class<T> type) {
            return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, this));
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
            if (method.getDeclaringClass() == Object.class) {
                return identity(proxy, method, arguments);
            }
            String name = method.getName();
            note(prefix + name, arguments);
            if (closed && !name.equals("close") && !name.equals("isClosed") && !name.equals("abort")) {
                throw new AssertionError(prefix + name + " on a closed object of the driver");
            }
            switch (name) {
                case "close", "abort" -> closed = true;
                case "isClosed" -> {
                    return closed || parent != null && parent.closed;
                }
                case "isValid" -> {
                    return !closed;
                }
                case "getObject" -> {
                    if (arguments.length == 2 && arguments[1] instanceof Class<?> type && MADE.contains(type)) {
                        return new Handler(type, this).proxy(type);
                    }
                }
                default -> {}
            }
            if (prefix.isEmpty()) {
                String property = name.replaceFirst("^(get|set|is)", "");
                if (state.containsKey(property)) {
                    synchronized (state) {
                        if (name.startsWith("set")) {
                            state.put(property, arguments[arguments.length - 1]);
                            return null;
                        }
                        return state.get(property);
                    }
                }
            }
            return MADE.contains(method.getReturnType())
                    ? new Handler(method.getReturnType(), this).proxy(method.getReturnType())
                    : value(method.getReturnType());
        }
    }
}
