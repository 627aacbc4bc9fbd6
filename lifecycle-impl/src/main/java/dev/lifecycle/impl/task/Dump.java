package dev.lifecycle.impl.task;

import dev.lifecycle.task.StackSample;
import dev.lifecycle.task.StackSample.Step;
import dev.lifecycle.task.TaskInfo;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;

/** Writes the tasks of a manager as JSON, one after the other. */
final class Dump {
    private static final String HEX = "0123456789abcdef";

    private final Appendable out;

    Dump(Appendable out) {
        this.out = out;
    }

    void write(Manager manager) throws IOException {
        out.append("{\"manager\":");
        text(manager.name());
        out.append(",\"state\":");
        text(manager.state().name());
        out.append(",\"tasks\":[");
        boolean first = true;
        Iterator<Task<?>> tasks = manager.registered().iterator();
        while (tasks.hasNext()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            out.append('\n');
            task(tasks.next());
        }
        out.append("\n]}\n");
    }

    private void task(Task<?> task) throws IOException {
        TaskInfo info = task.info();
        out.append("{\"id\":").append(Long.toString(info.id()));
        field("name", info.name());
        field("type", info.type());
        field("state", info.state().name());
        field("createdAt", info.createdAt().toString());
        field("queued", info.queued().toString());
        if (!info.running().isZero()) {
            field("running", info.running().toString());
        }
        long hard = task.times.hard;
        if (hard != Task.NEVER) {
            field("hardTimeout", task.times.spec.hardTimeout().toString());
        }
        field("scope", info.scope());
        field("thread", info.thread());
        field("note", info.note());
        field("reason", info.reason());
        if (info.quarantined()) {
            out.append(",\"quarantined\":true");
        }
        if (!info.tags().isEmpty()) {
            out.append(",\"tags\":{");
            boolean first = true;
            for (Map.Entry<String, String> tag : info.tags().entrySet()) {
                if (!first) {
                    out.append(',');
                }
                first = false;
                text(tag.getKey());
                out.append(':');
                text(tag.getValue());
            }
            out.append('}');
        }
        Run run = task.run();
        if (run != null && task.isInside()) {
            StackSample sample = run.take(Step.ASKED, task.wheel().elapsed());
            if (task.isInside()) { // else this may be the stack of another task
                stack(sample);
            }
        }
        out.append('}');
    }

    private void stack(StackSample sample) throws IOException {
        out.append(",\"stack\":[");
        for (int i = 0; i < sample.frames().size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            text(sample.frames().get(i).toString());
        }
        out.append(']');
    }

    /** Writes a field, unless it is empty. */
    private void field(String name, String value) throws IOException {
        if (!value.isEmpty()) {
            out.append(",\"").append(name).append("\":");
            text(value);
        }
    }

    private void text(String value) throws IOException {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c) && !isPair(value, i)) {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt(c >> shift & 15));
                }
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isPair(String text, int at) {
        char c = text.charAt(at);
        return Character.isHighSurrogate(c)
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
