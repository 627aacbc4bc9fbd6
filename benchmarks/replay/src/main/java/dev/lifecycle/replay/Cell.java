package dev.lifecycle.replay;

/**
 * A trace and a size: a row of a table.
 *
 * @param bound entries; bytes where the trace is weighted
 */
record Cell(Source source, long bound) {
    private static final String MIB = "MiB";

    boolean weighted() {
        return source.weighted();
    }

    String name() {
        return source.name() + "@" + (weighted() && bound % (1 << 20) == 0 ? (bound >> 20) + MIB : bound);
    }

    /** Parses the size in a name. */
    static Cell of(Source source, String size) {
        boolean scaled = source.weighted() && size.endsWith(MIB);
        long number = Long.parseLong(scaled ? size.substring(0, size.length() - MIB.length()) : size);
        if (number < 1 || number > 1L << 40) {
            throw new NumberFormatException("out of range: " + size);
        }
        return new Cell(source, scaled ? number << 20 : number);
    }
}
