package dev.lifecycle.tests.memory;

import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.memory.WorkPermit;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.concurrent.Callable;

/** The program of {@link WithoutModulesTest}: all of memory and health, a line for each. */
public final class WithoutModules {
    private WithoutModules() {}

    /** Tries each. */
    public static void main(String[] arguments) throws Exception {
        try (Scope app = Scope.open("app")) {
            MemoryGuard guard = MemoryGuard.builder("guard").open(app);
            say("guard", () -> {
                try (WorkPermit permit = guard.admit(WorkClass.LIGHT)) {
                    return guard.level() + " " + (guard.cleanUp("test").asked());
                }
            });
            say("requester", () -> {
                GcRequester requester = GcRequester.builder("gc").open(app);
                return requester.request(GcMethod.SYSTEM_GC).toString().isEmpty();
            });
            say("tracker", () -> {
                RequestTracker tracker = RequestTracker.builder("tracker").open(app);
                try (Request request = tracker.begin("/route", "id")) {
                    return tracker.routes().size();
                }
            });
            LeakWatch watch =
                    LeakWatch.builder("watch").guard(guard).within(app).open(app);
            say("watch", () -> watch.finding().verdict());
            say("series", () -> watch.series().isEmpty());
            say("predict", () -> HeapHistogram.predictPause(HistogramMode.LIVE).isNegative());
            say(
                    "histogram",
                    () -> HeapHistogram.take(HistogramMode.LIVE, PauseBudget.unlimited())
                            .entries()
                            .isEmpty());
            say("snapshot", () -> HealthSnapshot.now(app).toJson().isEmpty());
            say("metrics", () -> HealthSnapshot.now(app).toOpenMetrics().endsWith("# EOF\n"));
            say("line", () -> HealthSnapshot.now().toLogLine().isEmpty());
            say(
                    "reporter",
                    () -> HealthReporter.builder("reporter").open(app).report().status());
            say(
                    "jmx",
                    () -> HealthReporter.builder("jmx").jmx().open(app).report().status());
            say(
                    "jfr",
                    () -> HealthReporter.builder("jfr").jfr().open(app).report().status());
            say(
                    "server",
                    () -> HealthServer.builder("server").port(0).open(app).uri().getPort() > 0);
            say(
                    "report",
                    () -> MemoryReport.builder("report")
                            .process()
                            .guard(guard)
                            .watch(watch)
                            .tree()
                            .build()
                            .html()
                            .isEmpty());
            say(
                    "confirm",
                    () -> watch.confirm(Duration.ofSeconds(1), PauseBudget.unlimited())
                            .explanation()
                            .isEmpty());
        }
        System.out.println("closed");
    }

    private static void say(String what, Callable<?> call) {
        String came;
        try {
            came = String.valueOf(call.call());
        } catch (Throwable failure) {
            came = failure.toString();
        }
        System.out.println(what + ": " + came);
    }
}
