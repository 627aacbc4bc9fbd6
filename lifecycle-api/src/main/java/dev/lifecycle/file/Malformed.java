package dev.lifecycle.file;

/** What becomes of bytes that are no text in the charset they are decoded with. They are counted in any case. */
public enum Malformed {
    /** They become the replacement of the charset, U+FFFD mostly: one for each sequence, as the decoders of the JDK have it. */
    REPLACE,

    /** The file {@linkplain Outcome#FAILED failed}, for {@link Reason#MALFORMED}. */
    REPORT,

    /** They are left out. */
    SKIP
}
