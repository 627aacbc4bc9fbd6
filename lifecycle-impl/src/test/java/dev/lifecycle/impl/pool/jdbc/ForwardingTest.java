package dev.lifecycle.impl.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method of each interface of JDBC, called on what a borrower has. */
class ForwardingTest {
    /** What the logic answers itself, or asks in its own way. */
    private static final Set<String> OWN = Set.of(
            "close",
            "isClosed",
            "getAutoCommit",
            "unwrap",
            "isWrapperFor",
            "getConnection",
            "getStatement",
            "abort",
            "isValid");

    private static final Set<String> NEVER_CLOSED = Set.of("getDriverMajorVersion", "getDriverMinorVersion");

    private static final List<Class<?>> WRAPPED = List.of(
            CallableStatement.class,
            PreparedStatement.class,
            Statement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class);

    /** A borrower's object over one of a driver. */
    private static final class Pair<T> {
        final Raw driver = new Raw();
        final T raw;
        final FakeLease lease;
        final HeldConnection connection;
        final T held;

        Pair(Class<T> type, BiFunction<HeldConnection, T, ? extends T> wrap) {
            raw = driver.make(type);
            Connection rawConnection = type == Connection.class ? (Connection) raw : driver.make(Connection.class);
            Member member = new Member(rawConnection, new ConnectionErrors(Set.of()), true);
            lease = new FakeLease(member);
            connection = new HeldConnection(lease, member);
            held = wrap.apply(connection, raw);
        }

        Object call(Method method, Object... arguments) throws Throwable {
            try {
                return method.invoke(held, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private static final List<Class<?>> TYPES = List.of(
            Connection.class,
            Statement.class,
            PreparedStatement.class,
            CallableStatement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class);

    private static Pair<?> pair(Class<?> type) {
        if (type == Connection.class) {
            return new Pair<>(Connection.class, (connection, raw) -> connection);
        }
        if (type == Statement.class) {
            return new Pair<>(Statement.class, HeldStatement::new);
        }
        if (type == PreparedStatement.class) {
            return new Pair<>(PreparedStatement.class, HeldPreparedStatement::new);
        }
        if (type == CallableStatement.class) {
            return new Pair<>(CallableStatement.class, HeldCallableStatement::new);
        }
        if (type == ResultSet.class) {
            return new Pair<>(ResultSet.class, (connection, raw) -> new HeldResultSet(connection, null, raw));
        }
        if (type == DatabaseMetaData.class) {
            return new Pair<>(DatabaseMetaData.class, HeldMetaData::new);
        }
        if (type == ResultSetMetaData.class) {
            return new Pair<>(ResultSetMetaData.class, HeldColumns::new);
        }
        return new Pair<>(ParameterMetaData.class, HeldParameters::new);
    }

    static List<Class<?>> types() {
        return TYPES;
    }

    private static List<Method> methods(Class<?> type) {
        return Stream.of(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !OWN.contains(method.getName()))
                .toList();
    }

    private static Object[] arguments(Raw driver, Method method) {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = driver.value(types[i]);
        }
        return arguments;
    }

    private static boolean same(Method one, Method other) {
        return one.getName().equals(other.getName())
                && List.of(one.getParameterTypes()).equals(List.of(other.getParameterTypes()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void passesEachCallOnOnceWithItsArguments(Class<?> type) throws Throwable {
        for (Method method : methods(type)) {
            Pair<?> pair = pair(type);
            Object[] arguments = arguments(pair.driver, method);
            Object result = pair.call(method, arguments);
            List<Raw.Call> calls = pair.driver.calls.stream()
                    .filter(call -> same(call.method(), method))
                    .toList();
            assertEquals(method.getName().equals("getTypeMap") ? 2 : 1, calls.size(), method::toString);
            assertSame(pair.raw, calls.get(0).on());
            for (int i = 0; i < arguments.length; i++) {
                Object passed = calls.get(0).arguments().get(i);
                if (method.getParameterTypes()[i].isPrimitive()) {
                    assertEquals(arguments[i], passed, method::toString);
                } else {
                    assertSame(arguments[i], passed, method::toString);
                }
            }
            assertEquals(
                    WRAPPED.contains(method.getReturnType()),
                    result instanceof Wrapper && !Proxy.isProxyClass(result.getClass()),
                    method::toString);
            assertNull(pair.lease.cause.get());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void passesAnExceptionBackAndKeepsTheConnection(Class<?> type) {
        for (Method method : methods(type)) {
            if (method.getExceptionTypes().length > 0) {
                Pair<?> pair = pair(type);
                SQLException planted = new SQLException("planted", "42000");
                pair.driver.failure = () -> planted;
                SQLException thrown =
                        assertThrows(SQLException.class, () -> pair.call(method, arguments(pair.driver, method)));
                assertEquals("42000", thrown.getSQLState());
                assertTrue(thrown == planted || method.getName().equals("setClientInfo"), method::toString);
                assertNull(pair.lease.cause.get());
                pair.driver.failure = null;
                pair.connection.close();
                assertEquals(1, pair.lease.closes.get());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void givesUpAConnectionThatIsLost(Class<?> type) {
        for (Method method : methods(type)) {
            if (method.getExceptionTypes().length > 0) {
                Pair<?> pair = pair(type);
                pair.driver.failure = () -> new SQLException("gone", "08006");
                assertThrows(SQLException.class, () -> pair.call(method, arguments(pair.driver, method)));
                assertEquals("08006", ((SQLException) pair.lease.cause.get()).getSQLState());
                int before = pair.driver.calls.size();
                pair.connection.close();
                assertEquals(before, pair.driver.calls.size(), "the driver is not asked to put it in order");
                assertEquals(1, pair.lease.closes.get());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusesEachCallOnceTheConnectionIsClosed(Class<?> type) {
        for (Method method : methods(type)) {
            if (!NEVER_CLOSED.contains(method.getName())) {
                Pair<?> pair = pair(type);
                pair.connection.close();
                SQLException thrown =
                        assertThrows(SQLException.class, () -> pair.call(method, arguments(pair.driver, method)));
                assertEquals("08003", thrown.getSQLState(), method::toString);
                assertEquals(List.of(), pair.driver.calls);
                assertEquals(1, pair.lease.closes.get());
                assertNull(pair.lease.cause.get());
            }
        }
    }
}
