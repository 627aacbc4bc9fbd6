package dev.lifecycle.file;

import java.util.HexFormat;
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
        string(out, result.path());
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
        string(out, failure.type());
        out.append(",\"message\":");
        string(out, failure.message());
        out.append(",\"stack\":[");
        String comma = "";
        for (String frame : failure.stack()) {
            string(out.append(comma), frame);
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

    static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029' || isHalf(text, i)) {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isHalf(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
