package dev.lifecycle.impl.pool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What a borrower may set on a connection, in the order in which it is set back. {@link #AUTO_COMMIT} has an order of its own, see {@link Restore}. */
enum Setting {
    AUTO_COMMIT(0) {
        @Override
        Object read(Connection raw) throws SQLException {
            return raw.getAutoCommit();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setAutoCommit((Boolean) given(value));
        }
    },
    READ_ONLY(1) {
        @Override
        Object read(Connection raw) throws SQLException {
            return raw.isReadOnly();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setReadOnly((Boolean) given(value));
        }
    },
    ISOLATION(2) {
        @Override
        Object read(Connection raw) throws SQLException {
            return raw.getTransactionIsolation();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setTransactionIsolation((Integer) given(value));
        }
    },
    CATALOG(3) {
        @Override
        @Nullable
        Object read(Connection raw) throws SQLException {
            return raw.getCatalog();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setCatalog((String) value);
        }
    },
    SCHEMA(4) {
        @Override
        @Nullable
        Object read(Connection raw) throws SQLException {
            return raw.getSchema();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setSchema((String) value);
        }
    },
    HOLDABILITY(5) {
        @Override
        Object read(Connection raw) throws SQLException {
            return raw.getHoldability();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setHoldability((Integer) given(value));
        }
    },
    /** A copy: the driver may return its own. */
    TYPE_MAP(6) {
        @Override
        @Nullable
        Object read(Connection raw) throws SQLException {
            Map<String, Class<?>> map = raw.getTypeMap();
            return map == null ? null : new HashMap<>(map);
        }

        @Override
        @SuppressWarnings("unchecked") // as it was read
        void write(Connection raw, @Nullable Object value) throws SQLException {
            if (!Objects.equals(
                    raw.getTypeMap(),
                    value)) { // who has only asked for it has changed nothing; some drivers cannot set it
                raw.setTypeMap(value == null ? null : new HashMap<>((Map<String, Class<?>>) value));
            }
        }
    },
    /** A copy: the driver may return its own. */
    CLIENT_INFO(7) {
        @Override
        Object read(Connection raw) throws SQLException {
            return copy(raw.getClientInfo());
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setClientInfo(copy((Properties) value));
        }

        private Properties copy(@Nullable Properties original) {
            Properties copy = new Properties();
            if (original != null) {
                original.stringPropertyNames().forEach(name -> copy.setProperty(name, original.getProperty(name)));
            }
            return copy;
        }
    },
    NETWORK_TIMEOUT(8) {
        @Override
        Object read(Connection raw) throws SQLException {
            return raw.getNetworkTimeout();
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            raw.setNetworkTimeout(Runnable::run, (Integer) given(value));
        }
    },
    /** Of statements: with some drivers it is one for all of a connection, those that are not made yet, too. Set by {@link HeldStatement}. */
    QUERY_TIMEOUT(9) {
        @Override
        Object read(Connection raw) throws SQLException {
            try (Statement fresh = raw.createStatement()) {
                return fresh.getQueryTimeout();
            }
        }

        @Override
        void write(Connection raw, @Nullable Object value) throws SQLException {
            int seconds = (Integer) given(value);
            try (Statement fresh = raw.createStatement()) {
                if (fresh.getQueryTimeout() != seconds) {
                    fresh.setQueryTimeout(seconds);
                }
            }
        }
    };

    static final List<Setting> ALL = List.of(values());

    /** The flags of all. */
    static final long FLAGS = ((1L << ALL.size()) - 1) << GatedConnection.FIRST_SETTING;

    /** Its place among all. */
    final int index;

    /** Its flag. */
    final long flag;

    Setting(int index) {
        this.index = index;
        flag = 1L << (GatedConnection.FIRST_SETTING + index);
    }

    /** Asks the driver. */
    abstract @Nullable Object read(Connection raw) throws SQLException;

    /** Tells the driver. */
    abstract void write(Connection raw, @Nullable Object value) throws SQLException;

    private static Object given(@Nullable Object value) {
        return Objects.requireNonNull(value); // no driver has null for it
    }
}
