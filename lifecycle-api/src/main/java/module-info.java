/** The public types of lifecycle: interfaces, records, builders and exceptions; see {@link dev.lifecycle}. */
module dev.lifecycle.api {
    requires static java.sql;
    requires static org.jspecify;

    exports dev.lifecycle;
    exports dev.lifecycle.collect;
    exports dev.lifecycle.file;
    exports dev.lifecycle.health;
    exports dev.lifecycle.leak;
    exports dev.lifecycle.memory;
    exports dev.lifecycle.pool;
    exports dev.lifecycle.scope;
    exports dev.lifecycle.spi;
    exports dev.lifecycle.task;
    exports dev.lifecycle.testing;
    exports dev.lifecycle.time;
    exports dev.lifecycle.weak;

    uses dev.lifecycle.spi.LifecycleProvider;
}
