package dev.lifecycle.impl.file;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.Names;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Permit;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The open file of a {@link Reader}: what its scope closes, and its processor. */
final class OpenLines implements AutoCloseable {
    /*
     * What it holds is given back once, by who has the lock. close() does not wait for it: another thread may stand in a read. It says `closing`
     * then, and who has the lock looks at that after it has let go of it: so one of both gives back.
     */
    static final long NO_TIMEOUT = Long.MAX_VALUE / 2;

    private final Processor processor;
    private final LinePass pass;
    private final @Nullable Permit permit;
    private final Workspace space;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean hasLine; // with the lock
    private volatile @Nullable FileResult ended; // by itself; written with the lock, as the next one
    private volatile @Nullable FileResult last;
    private boolean given; // with the lock
    private volatile boolean closing;
    private volatile @Nullable Owned<OpenLines> inOwner;

    OpenLines(Processor processor, LinePass pass, @Nullable Permit permit, Workspace space) {
        this.processor = processor;
        this.pass = pass;
        this.permit = permit;
        this.space = space;
    }

    void open(Scope owner) throws IOException {
        boolean open = false;
        try {
            pass.open();
            pass.begin(space);
            inOwner = owner.hold(this);
            open = true;
        } catch (Stop stopped) {
            ended = pass.stopped(stopped);
            throw new FileFailedException(pass.stopped(stopped));
        } finally {
            if (!open) {
                close();
            }
        }
    }

    /** See {@link dev.lifecycle.file.LineReader#next}. */
    boolean next() throws IOException {
        lock.lock();
        try {
            FileResult known = ended;
            if (known != null && known.ok()) {
                return false;
            }
            if (known != null) {
                throw new FileFailedException(known);
            }
            if (closing || pass.isCancelled()) {
                throw closed();
            }
            return advance();
        } finally {
            lock.unlock();
            if (closing || ended != null || pass.isCancelled()) {
                giveBack();
            }
        }
    }

    private boolean advance() throws IOException {
        pass.view().live(false);
        hasLine = false;
        try {
            hasLine = pass.next();
            if (!hasLine) {
                ended = pass.completed(pass.feed.finish());
            }
            return hasLine;
        } catch (Stop stopped) {
            if (pass.isCancelled()) {
                throw closed();
            }
            FileResult result = pass.stopped(stopped);
            ended = result;
            throw new FileFailedException(result);
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the reader of " + Names.quote(pass.source.label())
                + " is closed, by its user, its scope or its processor");
    }

    Line line() {
        if (!hasLine) {
            throw new IllegalStateException("the reader of " + Names.quote(pass.source.label())
                    + " has no line: next() was not called, or returned false");
        }
        return pass.view();
    }

    /** What is known so far. */
    FileResult result() {
        FileResult known = ended != null ? ended : last;
        return known != null ? known : pass.result(Outcome.CANCELLED, Reason.SCOPE_CLOSED, null);
    }

    @Override
    public void close() {
        closing = true;
        pass.cancel();
        giveBack();
    }

    private void giveBack() {
        if (!lock.tryLock()) {
            return; // who has it looks at `closing` after
        }
        try {
            if (given) {
                return;
            }
            given = true;
            pass.expire();
            pass.feed.close();
            hasLine = false;
            last = result();
            processor.done(pass, permit, space, last);
        } finally {
            lock.unlock();
        }
        Owned<OpenLines> owned = inOwner;
        if (owned != null) {
            try {
                owned.release();
            } catch (LifecycleException gone) { // its owner is at it, or is another thread's: that one finds it closed
                return;
            }
        }
    }
}
