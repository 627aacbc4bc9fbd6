/** The implementation of {@code dev.lifecycle.api}: exports nothing, offers one provider. */
module dev.lifecycle.impl {
    requires dev.lifecycle.api;
    requires static java.management;
    requires static java.sql;
    requires static jdk.httpserver;
    requires static jdk.management;
    requires static jdk.jfr;
    requires static org.jspecify;

    provides dev.lifecycle.spi.LifecycleProvider with
            dev.lifecycle.impl.DefaultProvider;
}
