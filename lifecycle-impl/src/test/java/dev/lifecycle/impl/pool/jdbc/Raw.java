package dev.lifecycle.impl.pool.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A driver all of whose objects note what they are asked, and answer with something. */
final class Raw implements InvocationHandler {

    /**
     * A call.
     *
     * @param on the object
     * @param method that was called
     * @param arguments of the call
     */
    record Call(Object on, Method method, List<Object> arguments) {}

    final List<Call> calls = new CopyOnWriteArrayList<>();

    /** What the next calls throw, or null. */
    volatile Supplier<SQLException> failure;

    <T> T make(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, this));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "raw";
            };
        }
        calls.add(new Call(proxy, method, arguments == null ? List.of() : java.util.Arrays.asList(arguments)));
        Supplier<SQLException> thrown = failure;
        if (thrown != null && method.getExceptionTypes().length > 0) {
            throw method.getExceptionTypes()[0] == SQLClientInfoException.class
                    ? new SQLClientInfoException("info", thrown.get().getSQLState(), null)
                    : thrown.get();
        }
        return value(method.getReturnType());
    }

    /** Something of a type. */
    Object value(Class<?> type) {
        if (type == void.class) {
            return null;
        }
        if (type.isPrimitive()) {
            return java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0);
        }
        if (type == String.class) {
            return new String("text"); // each another object
        }
        if (type.isInterface()) {
            return make(type);
        }
        if (type.isArray()) {
            return java.lang.reflect.Array.newInstance(type.getComponentType(), 0);
        }
        if (type == Class.class) {
            return String.class;
        }
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException none) {
            return null;
        }
    }
}
