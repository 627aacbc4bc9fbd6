package dev.lifecycle.leak;

/** A site whose text is known; compared by identity, so that equal names of strangers do not mix. */
final class FixedSite implements Site {
    private final String text;

    FixedSite(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
