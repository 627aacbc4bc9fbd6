package dev.lifecycle.impl.weak;

import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The deliveries that are running, so that one can wait for those that began before a listener was removed. */
final class Flights {
    /*
     * A delivery takes a cell that is free: its thread's by number, or else any other, or else one of a block more, which has
     * twice as many. The word of a cell: the low 40 bits have the thread that is in it, 0 while it is free; the high 24 count
     * those that were in it before. So a word that has changed belongs to another delivery.
     *
     * Who waits for those that may deliver to a listener has removed it from the roster, a volatile write (W), then reads the
     * words, volatile (R). A delivery takes its cell by a volatile compare-and-set (C), then reads the roster, volatile (D). In
     * the one total order of volatile actions, a delivery with D before W has C before R, and is seen; any other has not got
     * the listener. The same holds for the link to a block that is written before C. This is Dekker's argument; the fence
     * between C and D is all that it costs. A cell is given back by a release: what the listeners did happens-before the
     * return of who waited for it.
     *
     * Threads with one number (it can be overridden), or 2^40 apart, are taken for one: then a wait ends with false at once. After
     * 2^24 deliveries in a cell within one pause of somebody who waits, that one waits for one more.
     */
    private static final int THREAD_BITS = 40;
    static final long THREAD = (1L << THREAD_BITS) - 1;
    private static final int FIRST_BLOCK = cells();
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    static final VarHandle WORD;
    private static final VarHandle MORE;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Cell.class, "word", long.class);
            MORE = MethodHandles.lookup().findVarHandle(Block.class, "more", Block.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Keeps words off the cache lines of others. */
    abstract static class Before {
        long p00, p01, p02, p03, p04, p05, p06, p07;
    }

    /** See above. */
    abstract static class Word extends Before {
        volatile long word;
    }

    /** A word between paddings. */
    static final class Cell extends Word {
        long q00, q01, q02, q03, q04, q05, q06, q07;
    }

    /** Cells, and more of them. */
    private static final class Block {
        final Cell[] cells;
        volatile @Nullable Block more;

        Block(int size) {
            cells = new Cell[size];
            for (int i = 0; i < size; i++) {
                cells[i] = new Cell();
            }
        }
    }

    /** A delivery that was seen. */
    private record Flight(Cell cell, long word) {
        boolean isOver() {
            return cell.word != word;
        }
    }

    private final Block first = new Block(FIRST_BLOCK);

    private static int cells() {
        int cells = 4;
        while (cells < Runtime.getRuntime().availableProcessors() && cells < 64) {
            cells *= 2;
        }
        return cells;
    }

    private static long number(Thread thread) {
        long number = thread.getId() & THREAD;
        return number == 0 ? 1 : number;
    }

    /**
     * Takes a cell for a delivery by the calling thread, before it reads the roster. That gives it back with {@link #WORD}, or the
     * statement {@code cell.word = after}, {@code after} being {@code (cell.word | THREAD) + 1}.
     */
    Cell enter() {
        long self = number(Thread.currentThread());
        Cell[] cells = first.cells;
        Cell own = cells[(int) self & cells.length - 1];
        long seen = own.word;
        return (seen & THREAD) == 0 && WORD.compareAndSet(own, seen, seen | self) ? own : enterAnother(self);
    }

    private Cell enterAnother(long self) {
        for (Block block = first; ; block = block.more == null ? extended(block) : block.more) {
            int mask = block.cells.length - 1;
            for (int i = 0; i <= mask; i++) {
                Cell cell = block.cells[(int) self + i & mask];
                long seen = cell.word;
                if ((seen & THREAD) == 0 && WORD.compareAndSet(cell, seen, seen | self)) {
                    return cell;
                }
            }
        }
    }

    private static Block extended(Block last) {
        Block fresh = new Block(last.cells.length * 2);
        Block other = (Block) MORE.compareAndExchange(last, null, fresh); // volatile
        return other == null ? fresh : other;
    }

    /**
     * Waits until the deliveries that are running now are over. Looks again at growing intervals, up to two milliseconds, so that
     * a delivery need not look for who waits for it.
     *
     * @return false if the time is up, or one of them runs on this thread
     */
    boolean await(long nanos, TimeSource clock) throws InterruptedException {
        long self = number(Thread.currentThread());
        List<Flight> running = new ArrayList<>();
        for (Block block = first; block != null; block = block.more) {
            for (Cell cell : block.cells) {
                long word = cell.word;
                if ((word & THREAD) == self) {
                    return false;
                }
                if ((word & THREAD) != 0) {
                    running.add(new Flight(cell, word));
                }
            }
        }
        if (running.isEmpty()) {
            return true;
        }
        long deadline = clock.nanos() + nanos;
        long pause = SHORT_NANOS;
        for (Flight flight : running) {
            while (!flight.isOver()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while deliveries were awaited");
                }
                long left = deadline - clock.nanos();
                if (left <= 0) {
                    return false;
                }
                // not by `clock`: nobody wakes this thread, and one of a test may stand still
                LockSupport.parkNanos(this, clock == TimeSource.system() ? Math.min(left, pause) : pause);
                pause = Math.min(pause * 2, LONG_NANOS);
            }
        }
        return true;
    }

    /** How many cells there are, for tests. */
    int capacity() {
        int cells = 0;
        for (Block block = first; block != null; block = block.more) {
            cells += block.cells.length;
        }
        return cells;
    }

    /** Whether all are free, for tests. */
    boolean isIdle() {
        for (Block block = first; block != null; block = block.more) {
            for (Cell cell : block.cells) {
                if ((cell.word & THREAD) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
