package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.leak.LeakListener;
import dev.lifecycle.leak.LeakReport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Writes a line for each report, with the stack where one was captured. */
final class LogSink implements LeakListener {
    static final String NAME = "dev.lifecycle.leak";

    @Override
    public void onLeak(LeakReport report) {
        Logger log = System.getLogger(NAME);
        Level level = report.kind() == LeakReport.Kind.RECOVERED ? Level.INFO : Level.WARNING;
        StackTraceElement[] stack = report.stack();
        if (stack.length == 0) {
            log.log(level, () -> RequestIds.prefix(report.toString()));
        } else if (log.isLoggable(level)) {
            log.log(level, RequestIds.prefix(report.toString()), new Trace("opened by " + report.thread(), stack));
        }
    }
}
