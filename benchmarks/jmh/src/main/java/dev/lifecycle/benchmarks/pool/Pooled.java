package dev.lifecycle.benchmarks.pool;

import com.zaxxer.hikari.util.ConcurrentBag;
import dev.lifecycle.Lease;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import stormpot.Allocator;
import stormpot.Expiration;
import stormpot.Pool;
import stormpot.PoolBuilder;
import stormpot.Poolable;
import stormpot.Slot;
import stormpot.Timeout;

/** A pool of anybody, which holds all its resources when it is opened. */
public interface Pooled extends AutoCloseable {

    /** Whose. */
    enum Peer {
        /** Ours as it comes: with an age, found leaks, exact return. The factory only creates. */
        LIFECYCLE,
        /** Ours, besides with a number of uses, a limit for idle ones, and a check of those that were idle. */
        LIFECYCLE_ALL,
        /** Ours as it comes, but for leaks, which nobody looks for. */
        LIFECYCLE_NO_LEAKS,
        /** Ours, with those who wait served strictly in turn. */
        LIFECYCLE_FIFO,
        /** Stormpot, of which nothing expires. */
        STORMPOT_NEVER,
        /** Stormpot as it comes: with an age. */
        STORMPOT,
        /** What is inside of HikariCP, bare: no age, no leaks. */
        HIKARI_BAG,
        /** Commons Pool as it comes. */
        COMMONS_POOL2,
        /** Commons Pool, fair. */
        COMMONS_POOL2_FAIR,
        /** A semaphore and a deque, as people write it: the last one given back is the first one taken. */
        SEMAPHORE_QUEUE,
        /** The same, fair. */
        SEMAPHORE_QUEUE_FAIR,
        /** A blocking queue, as people write it. */
        ARRAY_BLOCKING_QUEUE,
        /** The same, fair. */
        ARRAY_BLOCKING_QUEUE_FAIR;

        Pooled open(int size, Duration limit) throws Exception {
            return switch (this) {
                case LIFECYCLE -> new Ours(ResourcePool.builder("benchmark", Resource::new), size, limit);
                case LIFECYCLE_ALL ->
                    new Ours(
                            ResourcePool.builder("benchmark", new Checked())
                                    .maxUses(1L << 40, 1L << 30)
                                    .maxIdle(Duration.ofMinutes(10)),
                            size,
                            limit);
                case LIFECYCLE_NO_LEAKS ->
                    new Ours(
                            ResourcePool.builder("benchmark", Resource::new)
                                    .leakDetection(LeakLevel.OFF, Duration.ofMinutes(1)),
                            size,
                            limit);
                case LIFECYCLE_FIFO ->
                    new Ours(ResourcePool.builder("benchmark", Resource::new).fairness(Fairness.FIFO), size, limit);
                case STORMPOT_NEVER ->
                    new Stormpot(Pool.from(new Slots()).setExpiration(Expiration.never()), size, limit);
                case STORMPOT -> new Stormpot(Pool.from(new Slots()), size, limit);
                case HIKARI_BAG -> new HikariBag(size, limit);
                case COMMONS_POOL2 -> new CommonsPool2(false, size, limit);
                case COMMONS_POOL2_FAIR -> new CommonsPool2(true, size, limit);
                case SEMAPHORE_QUEUE -> new SemaphoreQueue(false, size, limit);
                case SEMAPHORE_QUEUE_FAIR -> new SemaphoreQueue(true, size, limit);
                case ARRAY_BLOCKING_QUEUE -> new BlockingQueue(false, size, limit);
                case ARRAY_BLOCKING_QUEUE_FAIR -> new BlockingQueue(true, size, limit);
            };
        }
    }

    /** Takes one; null, or an exception, if there was none within the limit. */
    Object take() throws Exception;

    /** Reads what was taken. */
    long value(Object taken);

    /** Gives it back. */
    void give(Object taken);

    @Override
    void close();

    /** See Peer. */
    final class Ours implements Pooled {
        private final ResourcePool<Resource> pool;

        Ours(ResourcePoolBuilder<Resource> builder, int size, Duration limit) {
            pool = builder.core(size)
                    .overflow(0)
                    .prefill(true)
                    .acquireTimeout(limit)
                    .open();
            await(() -> pool.stats().idle() == size);
        }

        @Override
        public Object take() throws InterruptedException {
            return pool.acquire();
        }

        @Override
        public long value(Object taken) {
            return ((Resource) ((Lease<?>) taken).get()).value;
        }

        @Override
        public void give(Object taken) {
            ((Lease<?>) taken).close();
        }

        @Override
        public void close() {
            pool.close(Duration.ZERO);
        }
    }

    /** Checks those that were idle. */
    final class Checked implements ResourceFactory<Resource> {
        @Override
        public Resource create() {
            return new Resource();
        }

        @Override
        public boolean validate(Resource resource) {
            return resource.value == 1;
        }
    }

    /** See Peer. */
    final class Stormpot implements Pooled {
        private final Pool<Claimed> pool;
        private final Timeout limit;

        Stormpot(PoolBuilder<Claimed> builder, int size, Duration limit) {
            this.limit = new Timeout(limit.toNanos(), TimeUnit.NANOSECONDS);
            pool = builder.setSize(size).build();
            await(() -> pool.getManagedPool().getAllocationCount() == size);
        }

        @Override
        public Object take() throws InterruptedException {
            return pool.claim(limit);
        }

        @Override
        public long value(Object taken) {
            return ((Claimed) taken).value;
        }

        @Override
        public void give(Object taken) {
            ((Claimed) taken).release();
        }

        @Override
        public void close() {
            pool.shutdown();
        }
    }

    /** Stormpot's are released by themselves. */
    final class Claimed extends Resource implements Poolable {
        private final Slot slot;

        Claimed(Slot slot) {
            this.slot = slot;
        }

        @Override
        public void release() {
            slot.release(this);
        }
    }

    /** Makes them. */
    final class Slots implements Allocator<Claimed> {
        @Override
        public Claimed allocate(Slot slot) {
            return new Claimed(slot);
        }

        @Override
        public void deallocate(Claimed resource) {}
    }

    /** See Peer. */
    final class HikariBag implements Pooled {
        private final ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});
        private final long limit;

        HikariBag(int size, Duration limit) {
            this.limit = limit.toNanos();
            for (int i = 0; i < size; i++) {
                bag.add(new Entry());
            }
        }

        @Override
        public Object take() throws InterruptedException {
            return bag.borrow(limit, TimeUnit.NANOSECONDS);
        }

        @Override
        public long value(Object taken) {
            return ((Entry) taken).value;
        }

        @Override
        public void give(Object taken) {
            bag.requite((Entry) taken);
        }

        @Override
        public void close() {
            bag.close();
        }
    }

    /** Has its state as HikariCP's own have it. */
    final class Entry extends Resource implements ConcurrentBag.IConcurrentBagEntry {
        private static final AtomicIntegerFieldUpdater<Entry> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Entry.class, "state");

        @SuppressWarnings("FieldMayBeFinal")
        private volatile int state;

        @Override
        public boolean compareAndSet(int expected, int next) {
            return STATE.compareAndSet(this, expected, next);
        }

        @Override
        public void setState(int next) {
            STATE.set(this, next);
        }

        @Override
        public int getState() {
            return STATE.get(this);
        }
    }

    /** See Peer. */
    final class CommonsPool2 implements Pooled {
        private final GenericObjectPool<Resource> pool;
        private final Duration limit;

        CommonsPool2(boolean fair, int size, Duration limit) throws Exception {
            this.limit = limit;
            GenericObjectPoolConfig<Resource> config = new GenericObjectPoolConfig<>();
            config.setMaxTotal(size);
            config.setMaxIdle(size);
            config.setFairness(fair);
            config.setJmxEnabled(false);
            pool = new GenericObjectPool<>(new Factory(), config);
            pool.addObjects(size);
        }

        @Override
        public Object take() throws Exception {
            try {
                return pool.borrowObject(limit);
            } catch (NoSuchElementException late) {
                return null;
            }
        }

        @Override
        public long value(Object taken) {
            return ((Resource) taken).value;
        }

        @Override
        public void give(Object taken) {
            pool.returnObject((Resource) taken);
        }

        @Override
        public void close() {
            pool.close();
        }

        /** Makes them. */
        private static final class Factory extends BasePooledObjectFactory<Resource> {
            @Override
            public Resource create() {
                return new Resource();
            }

            @Override
            public PooledObject<Resource> wrap(Resource resource) {
                return new DefaultPooledObject<>(resource);
            }
        }
    }

    /** See Peer. */
    final class SemaphoreQueue implements Pooled {
        private final ConcurrentLinkedDeque<Resource> idle = new ConcurrentLinkedDeque<>();
        private final Semaphore permits;
        private final long limit;

        SemaphoreQueue(boolean fair, int size, Duration limit) {
            this.limit = limit.toNanos();
            permits = new Semaphore(size, fair);
            for (int i = 0; i < size; i++) {
                idle.addFirst(new Resource());
            }
        }

        @Override
        public Object take() throws InterruptedException {
            return permits.tryAcquire(limit, TimeUnit.NANOSECONDS) ? idle.pollFirst() : null;
        }

        @Override
        public long value(Object taken) {
            return ((Resource) taken).value;
        }

        @Override
        public void give(Object taken) {
            idle.addFirst((Resource) taken);
            permits.release();
        }

        @Override
        public void close() {}
    }

    /** See Peer. */
    final class BlockingQueue implements Pooled {
        private final ArrayBlockingQueue<Resource> idle;
        private final long limit;

        BlockingQueue(boolean fair, int size, Duration limit) {
            this.limit = limit.toNanos();
            idle = new ArrayBlockingQueue<>(size, fair);
            for (int i = 0; i < size; i++) {
                idle.add(new Resource());
            }
        }

        @Override
        public Object take() throws InterruptedException {
            return idle.poll(limit, TimeUnit.NANOSECONDS);
        }

        @Override
        public long value(Object taken) {
            return ((Resource) taken).value;
        }

        @Override
        public void give(Object taken) {
            idle.add((Resource) taken);
        }

        @Override
        public void close() {}
    }

    /** Waits until a pool is filled. */
    static void await(BooleanSupplier filled) {
        long start = System.nanoTime();
        while (!filled.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
                throw new IllegalStateException("not filled within 10 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
