package dev.lifecycle.impl.cli;

/** The exit statuses of every verb. */
public final class Exit {
    /** It did what it was asked for, and found nothing. */
    public static final int OK = 0;

    /** It found something that somebody should look at. */
    public static final int FINDING = 1;

    /** It was called in a wrong way, or a file is not what it should be. */
    public static final int USAGE = 2;

    /** It cannot look into the process. */
    public static final int NO_ATTACH = 3;

    /** It cannot tell: too little data, or a pause that was refused. */
    public static final int INCONCLUSIVE = 4;

    private Exit() {}
}
