/** The tests that a user could write. Open: the test engines look into every package. */
open module dev.lifecycle.tests {
    requires dev.lifecycle.api;
    requires com.google.common.testlib;
    requires com.h2database;
    requires java.compiler;
    requires java.logging;
    requires java.management;
    requires java.naming;
    requires java.net.http;
    requires java.sql;
    requires jdk.httpserver;
    requires jdk.jfr;
    requires jdk.management;
    requires junit;
    requires net.jqwik.api;
    requires net.jqwik.engine;
    requires org.junit.jupiter.api;
    requires org.junit.jupiter.params;
    requires static org.jspecify;
}
