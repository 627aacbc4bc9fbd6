package dev.lifecycle.impl.health;

import dev.lifecycle.Snapshot;
import dev.lifecycle.impl.scope.Roots;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What there is to see. */
final class Pages {
    private static final Set<String> KNOWN = Set.of("/", "/live", "/health", "/metrics", "/tree");
    private static final int MOST_CHARACTERS = 8 << 20; // of all roots; the last one may go beyond it

    private Pages() {}

    static boolean isKnown(@Nullable String path) {
        return path != null && KNOWN.contains(path);
    }

    /**
     * The page for people.
     *
     * @param text all of it
     * @param policy what it may do: its own script and style, known by their digests, and questions to where it came from
     */
    record Page(String text, String policy) {}

    private static final class Loaded {
        static final Page PAGE = load();
    }

    static Page page() {
        return Loaded.PAGE;
    }

    private static Page load() {
        try (InputStream in = Pages.class.getResourceAsStream("page.html")) {
            if (in == null) {
                throw new IllegalStateException("page.html is missing in the jar");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Page(
                    text,
                    "default-src 'none'; script-src " + digest(text, "script") + "; style-src " + digest(text, "style")
                            + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String digest(String text, String tag) {
        int from = text.indexOf("<" + tag + ">") + tag.length() + 2;
        int to = text.indexOf("</" + tag + ">", from);
        try {
            byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException never) { // every runtime has it
            throw new IllegalStateException(never);
        }
    }

    /** The tree as text, a node a line. */
    static String treeText(@Nullable Scope within) {
        return tree(within, "", "", Snapshot::toText, omitted -> omitted == 0 ? "" : omitted + " more roots\n");
    }

    /** The tree as JSON. */
    static String treeJson(@Nullable Scope within) {
        return tree(within, "{\"roots\":[", ",", Snapshot::toJson, omitted -> "],\"omitted\":" + omitted + "}");
    }

    private static String tree(
            @Nullable Scope within,
            String before,
            String between,
            Function<Snapshot, String> print,
            Function<Integer, String> after) {
        List<Snapshot> roots = within == null ? Roots.list() : List.of(within.snapshot());
        StringBuilder out = new StringBuilder(before);
        int shown = 0;
        while (shown < roots.size() && out.length() < MOST_CHARACTERS) {
            out.append(shown == 0 ? "" : between).append(print.apply(roots.get(shown)));
            shown++;
        }
        return out.append(after.apply(roots.size() - shown)).toString();
    }
}
