package dev.lifecycle.impl.weak;

import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The deliveries that are running, so that one can wait for those that began before a listener was removed. */
final class Flights {
    /*
     * A delivery takes a cell that is free: its thread's by number, or else any other of the first block, or else one that it
     * finds by a few looks at chance into each later block, newest first, or else one of a block more, which has twice as many,
     * up to MAX_BLOCK. So it takes a few dozen looks however many deliveries are blocked. The word of a cell: the low 40 bits
     * have the thread that is in it, 0 while it is free; the high 24 count those that were in it before. So a word that has
     * changed belongs to another delivery.
     *
     * Who waits for those that may deliver to a listener has removed it from the roster, a volatile write (W), then reads the
     * words, volatile (R). A delivery takes its cell by a volatile compare-and-set (C), then reads the roster, volatile (D). In
     * the one total order of volatile actions, a delivery with D before W has C before R, and is seen; any other has not got
     * the listener. The same holds for the list of blocks that is written before C. This is Dekker's argument; the fence
     * between C and D is all that it costs. A cell is given back by a release: what the listeners did happens-before the
     * return of who waited for it.
     *
     * A block that nobody is in is let go of, the first and small ones apart: by who waits, and at every so many deliveries that
     * do not find their own cell free. Who does that makes it retired (T), volatile, and reads its words (S); if all are free,
     * it takes the block off the list, and otherwise it is retired no more. A delivery that has taken a cell of a later
     * block (C) reads whether it is retired (Q), and then gives the cell back and looks elsewhere. Either C is before S, and the block
     * stays, or Q is after T. So nobody delivers from a cell of a block that is not on the list.
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
    private static final int MAX_BLOCK = 1 << 12;
    private static final int KEPT = 64; // blocks of so many cells are not worth letting go of
    private static final int LOOKS = 32;
    private static final int TRIM_EVERY = 1 << 10;
    private static final int SPREAD = 0x9E3779B9; // 2^32 / golden ratio, odd
    private static final VarHandle LATER;
    private static final VarHandle RETIRED;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Cell.class, "word", long.class);
            LATER = MethodHandles.lookup().findVarHandle(Flights.class, "later", Block[].class);
            RETIRED = MethodHandles.lookup().findVarHandle(Block.class, "retired", int.class);
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

    /** Cells, a power of two of them. */
    private static final class Block {
        final Cell[] cells;
        volatile int retired; // 1: by a thread that is about to let go of it, or it is gone

        Block(int size) {
            cells = new Cell[size];
            for (int i = 0; i < size; i++) {
                cells[i] = new Cell();
            }
        }

        /** Whether nobody is in it; calls nothing. */
        boolean isFree() {
            for (Cell cell : cells) {
                if ((cell.word & THREAD) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A delivery that was seen. */
    private record Flight(Cell cell, long word) {
        boolean isOver() {
            return cell.word != word;
        }
    }

    private static final Block[] NONE = {};

    private final Block first = new Block(FIRST_BLOCK);
    private volatile Block[] later = NONE; // newest last; never written to
    private int chance; // racy: where a look begins, and when it is time to trim

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
        Cell[] near = first.cells;
        for (int i = 1; i < near.length; i++) {
            Cell cell = near[(int) self + i & near.length - 1];
            long seen = cell.word;
            if ((seen & THREAD) == 0 && WORD.compareAndSet(cell, seen, seen | self)) {
                return cell;
            }
        }
        int turn = chance++;
        if (turn % TRIM_EVERY == 0) {
            trim();
        }
        int at = ((int) self + turn) * SPREAD;
        at ^= at >>> 16;
        while (true) {
            Block[] blocks = later;
            for (int i = blocks.length - 1; i >= 0; i--) {
                Cell cell = enter(blocks[i], at, self);
                if (cell != null) {
                    return cell;
                }
            }
            Block last = blocks.length == 0 ? first : blocks[blocks.length - 1];
            Block fresh = new Block(Math.min(MAX_BLOCK, last.cells.length * 2));
            Cell own = fresh.cells[0];
            own.word = self; // before anybody could find it free, and let go of it
            Block[] more = Arrays.copyOf(blocks, blocks.length + 1);
            more[blocks.length] = fresh;
            if (LATER.compareAndSet(this, blocks, more)) { // volatile
                return own;
            }
        }
    }

    private static @Nullable Cell enter(Block block, int from, long self) {
        Cell[] cells = block.cells;
        int mask = cells.length - 1;
        for (int i = 0; i < LOOKS && i <= mask && block.retired == 0; i++) {
            Cell cell = cells[from + i * SPREAD & mask]; // an odd step: each cell once
            long seen = cell.word;
            if ((seen & THREAD) == 0 && WORD.compareAndSet(cell, seen, seen | self)) {
                if (block.retired == 0) { // volatile: Q, see above
                    return cell;
                }
                cell.word = (seen | THREAD) + 1;
            }
        }
        return null;
    }

    /** Lets go of blocks that nobody is in. Never fails: without memory or stack, they stay. */
    private void trim() {
        for (Block block : later) {
            boolean mine = false;
            try {
                if (block.cells.length > KEPT && block.isFree()) {
                    mine = RETIRED.compareAndSet(block, 0, 1); // volatile: T
                    if (mine && block.isFree()) {
                        unlink(block);
                    } else if (mine) {
                        block.retired = 0;
                    }
                }
            } catch (VirtualMachineError noRoom) { // who retired it may take it off the list, and nobody else
                boolean stays = false;
                for (Block each : later) {
                    stays |= each == block;
                }
                if (mine && stays) {
                    block.retired = 0;
                }
                return;
            }
        }
    }

    private void unlink(Block block) {
        while (true) {
            Block[] blocks = later;
            Block[] fewer = new Block[blocks.length - 1];
            int to = 0;
            for (Block each : blocks) {
                if (each != block) {
                    fewer[to++] = each;
                }
            }
            if (LATER.compareAndSet(this, blocks, fewer)) { // volatile
                return;
            }
        }
    }

    /**
     * Waits until the deliveries that are running now are over. Looks again at growing intervals, up to two milliseconds, so that
     * a delivery need not look for who waits for it.
     *
     * @return false if the time is up, or one of them runs on this thread
     */
    boolean await(long nanos, TimeSource clock) throws InterruptedException {
        long self = number(Thread.currentThread());
        trim();
        List<Flight> running = new ArrayList<>();
        Block[] blocks = later; // volatile, as are the words: R
        for (int i = -1; i < blocks.length; i++) {
            for (Cell cell : (i < 0 ? first : blocks[i]).cells) {
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
        long deadline = clock.nanos() + Math.max(0, nanos); // or the difference below could overflow
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
        int cells = first.cells.length;
        for (Block block : later) {
            cells += block.cells.length;
        }
        return cells;
    }

    /** Whether who waits would look at {@code cell}, for tests. */
    boolean has(Cell cell) {
        boolean found = Arrays.asList(first.cells).contains(cell);
        for (Block block : later) {
            found |= Arrays.asList(block.cells).contains(cell);
        }
        return found;
    }

    /** Whether all are free, for tests. */
    boolean isIdle() {
        boolean idle = first.isFree();
        for (Block block : later) {
            idle &= block.isFree();
        }
        return idle;
    }
}
