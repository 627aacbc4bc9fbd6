/**
 * Connections of a pool, as JDBC sees them. The only package that needs {@code java.sql}: nothing else refers to its classes but by {@code Jdbc}.
 *
 * <p>{@code Forwarding...} pass calls on, and nothing else; {@code Held...} are what a borrower has, and lead back to each other. A call goes through the gate of
 * its connection, {@code GatedConnection}, so that none reaches the driver after the connection went back.
 */
@NullMarked
package dev.lifecycle.impl.pool.jdbc;

import org.jspecify.annotations.NullMarked;
