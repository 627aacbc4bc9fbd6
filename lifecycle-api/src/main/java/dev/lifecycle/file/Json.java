package dev.lifecycle.file;

import dev.lifecycle.Names;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes results as JSON, in ASCII but for printable characters of names. */
final class Json {
    private Json() {}

    static String of(FileResult result) {
        StringBuilder out = new StringBuilder(200);
        append(out, result);
        return out.toString();
    }

    static void append(StringBuilder out, FileResult result) {
        out.append("{\"path\":");
        Names.appendJson(out, result.path());
        out.append(",\"outcome\":\"").append(result.outcome().name());
        out.append("\",\"reason\":\"").append(result.reason().name());
        out.append("\",\"bytesRead\":").append(result.bytesRead());
        out.append(",\"sizeAtOpen\":").append(result.sizeAtOpen());
        out.append(",\"lines\":").append(result.lines());
        out.append(",\"chars\":").append(result.chars());
        out.append(",\"malformed\":").append(result.malformed());
        out.append(",\"firstMalformed\":").append(result.firstMalformed());
        out.append(",\"tookNanos\":").append(TimeUnit.NANOSECONDS.convert(result.took()));
        out.append(",\"failure\":");
        append(out, result.failure());
        out.append('}');
    }

    static void append(StringBuilder out, @Nullable FileFailure failure) {
        if (failure == null) {
            out.append("null");
            return;
        }
        out.append("{\"type\":");
        Names.appendJson(out, failure.type());
        out.append(",\"message\":");
        Names.appendJson(out, failure.message());
        out.append(",\"stack\":[");
        String comma = "";
        for (String frame : failure.stack()) {
            Names.appendJson(out.append(comma), frame);
            comma = ",";
        }
        out.append("]}");
    }

    static void append(StringBuilder out, List<FileResult> results) {
        out.append('[');
        String comma = "";
        for (FileResult each : results) {
            append(out.append(comma), each);
            comma = ",";
        }
        out.append(']');
    }
}
