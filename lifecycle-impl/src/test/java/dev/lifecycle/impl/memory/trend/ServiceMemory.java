package dev.lifecycle.impl.memory.trend;

import java.util.SplittableRandom;

/**
 * A day of a service's memory, made up from a seed: what a collection leaves, every 30 s, in MB.
 *
 * <p>The family is that of the research note: 200 MB live; sessions, an Ornstein-Uhlenbeck noise of 6 MB over 8 min;
 * promoted garbage that rises by 1 MB/min and is reclaimed every 20 to 40 min. To it come, by kind, a load curve of
 * +-20 MB, batch jobs, caches that fill, steps, a leak, restarts, gaps and a suspended machine. All that is random is drawn
 * from the seed alone, so a failing case is its seed.
 */
final class ServiceMemory {

    enum Kind {
        STEADY,
        /** The load swings once in 24 h from a random phase; memory follows it, 10 min late. */
        DIURNAL,
        /** Each hour 10 to 20 min of 40 to 80 MB, and one job of 90 min and 100 MB. */
        BATCH,
        /** A cache of 80 to 160 MB fills, e-fold in 1 to 4 h; its ledger is wrong by up to 10 %. */
        WARM_UP,
        /** One to three steps of 10 to 40 MB, seven of ten upwards. */
        STEPS,
        /** Diurnal, batch, warm-up and steps together. */
        MIXED,
        /** The load falls by all of its 40 MB, along half a cosine, in the first 12 h, then stays. */
        FALLING_LOAD
    }

    static final double SAMPLE_SECONDS = 30;
    static final double MB = 1024 * 1024;
    private static final double HOUR = 3600;

    final int samples;
    final double[] seconds;
    /** Bytes left by a collection. */
    final long[] live;
    /** Requests a second. */
    final double[] load;
    /** Bytes that bounded caches say they hold. */
    final long[] ledger;
    /** Whether this sample is of a new process. */
    final boolean[] restarted;
    /** False where nothing was sampled. */
    final boolean[] seen;
    /** The live set without garbage and sessions. */
    final double[] truth;

    private ServiceMemory(int samples) {
        this.samples = samples;
        seconds = new double[samples];
        live = new long[samples];
        load = new double[samples];
        ledger = new long[samples];
        restarted = new boolean[samples];
        seen = new boolean[samples];
        truth = new double[samples];
    }

    static ServiceMemory of(long seed, double hours, Kind kind, double leakMbPerHour) {
        return new Maker(seed, kind).leak(leakMbPerHour, 0).make(hours);
    }

    static Maker maker(long seed, Kind kind) {
        return new Maker(seed, kind);
    }

    /** Adds one sample, if there is one. */
    void addTo(TrendSeries series, int i) {
        if (restarted[i]) {
            series.restarted();
        }
        if (seen[i]) {
            series.add((long) (seconds[i] * 1e9), live[i], load[i], ledger[i]);
        }
    }

    /** The same of caches that say how many entries they hold, of 8 KB each, and not how many bytes. */
    void addCountedTo(TrendSeries series, int i) {
        if (restarted[i]) {
            series.restarted();
        }
        series.holds(0, ledger[i] >> 13);
        if (seen[i]) {
            series.add((long) (seconds[i] * 1e9), live[i], load[i], 0);
        }
    }

    /** What a day is made of. */
    static final class Maker {
        private final SplittableRandom random;
        private final Kind kind;
        private double leak;
        private double leakFrom;
        private double sessionMb = 6;
        private double sessionMinutes = 8;
        private double sawtoothMbPerMinute = 1;
        private double loadMb = 20;
        private double loadPower = 1;
        private double restartAt = Double.NaN;
        private double suspendedFrom = Double.NaN;
        private double suspendedHours;
        private int gaps;

        private Maker(long seed, Kind kind) {
            // not a multiple of the generator's own step: the days would be one stream, shifted by a draw each
            this.random = new SplittableRandom(seed * 16 + kind.ordinal());
            this.kind = kind;
        }

        Maker leak(double mbPerHour, double fromHour) {
            leak = mbPerHour;
            leakFrom = fromHour;
            return this;
        }

        Maker sessions(double mb, double minutes) {
            sessionMb = mb;
            sessionMinutes = minutes;
            return this;
        }

        Maker sawtooth(double mbPerMinute) {
            sawtoothMbPerMinute = mbPerMinute;
            return this;
        }

        /** How memory follows the load: its half range, and the power of the relation. */
        Maker load(double mb, double power) {
            loadMb = mb;
            loadPower = power;
            return this;
        }

        Maker restart(double atHour) {
            restartAt = atHour;
            return this;
        }

        Maker suspended(double fromHour, double hours) {
            suspendedFrom = fromHour;
            suspendedHours = hours;
            return this;
        }

        /** So many gaps of 5 to 60 min. */
        Maker gaps(int count) {
            gaps = count;
            return this;
        }

        ServiceMemory make(double hours) {
            int n = (int) Math.round(hours * HOUR / SAMPLE_SECONDS);
            ServiceMemory day = new ServiceMemory(n);
            boolean all = kind == Kind.MIXED;
            double phase = random.nextDouble() * 2 * Math.PI;
            double[] jobs = new double[n];
            if (all || kind == Kind.BATCH) {
                jobs(hours, jobs);
            }
            double[] steps = new double[n];
            if (all || kind == Kind.STEPS) {
                steps(n, steps);
            }
            double cache = 80 + 80 * random.nextDouble();
            double fold = 1 + 3 * random.nextDouble();
            double ledgerError = 0.9 + 0.2 * random.nextDouble();
            double keep = Math.exp(-SAMPLE_SECONDS / 60 / sessionMinutes);
            double sessions = gaussian() * sessionMb;
            double period = 20 + 20 * random.nextDouble();
            double inCycle = random.nextDouble() * period;
            double follow = 0;
            double born = 0;
            for (int i = 0; i < n; i++) {
                double hour = i * SAMPLE_SECONDS / HOUR;
                if (i > 0 && i == Math.round(restartAt * HOUR / SAMPLE_SECONDS)) { // 0 for NaN
                    day.restarted[i] = true;
                    born = hour;
                    inCycle = 0;
                }
                double level = level(hour, phase);
                follow = i == 0 ? level : follow + (level - follow) * SAMPLE_SECONDS / 600;
                sessions = sessions * keep + Math.sqrt(1 - keep * keep) * sessionMb * gaussian();
                inCycle += SAMPLE_SECONDS / 60;
                if (inCycle >= period) {
                    inCycle = 0;
                    period = 20 + 20 * random.nextDouble();
                }
                double warm = all || kind == Kind.WARM_UP ? cache * (1 - Math.exp(-(hour - born) / fold)) : 0;
                double leaked = leak * Math.max(0, hour - Math.max(born, leakFrom));
                double loaded = loadMb * (2 * (loadPower == 1 ? follow : Math.pow(follow, loadPower)) - 1);
                day.seconds[i] = i * SAMPLE_SECONDS;
                day.truth[i] = (200 + loaded + steps[i] + warm + leaked) * MB;
                double mb = 200 + loaded + steps[i] + warm + leaked + jobs[i] + sessions;
                day.live[i] = (long) ((Math.max(10, mb) + sawtoothMbPerMinute * inCycle) * MB);
                day.load[i] = 100 * Math.max(0.05, 0.2 + 0.8 * level + 0.03 * gaussian());
                day.ledger[i] = (long) (warm * ledgerError * MB);
                day.seen[i] = !(hour >= suspendedFrom && hour < suspendedFrom + suspendedHours);
            }
            for (int g = 0; g < gaps; g++) {
                int from = random.nextInt(n);
                int length = 10 + random.nextInt(110);
                for (int i = from; i < Math.min(n, from + length); i++) {
                    day.seen[i] = false;
                }
            }
            return day;
        }

        /** From 0 to 1. */
        private double level(double hour, double phase) {
            return switch (kind) {
                case DIURNAL, MIXED -> 0.5 + 0.5 * Math.sin(2 * Math.PI * hour / 24 + phase);
                case FALLING_LOAD -> 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, hour / 12));
                default -> 0.5;
            };
        }

        private void jobs(double hours, double[] jobs) {
            double first = random.nextDouble();
            for (double at = first; at < hours; at++) {
                add(jobs, at, (10 + 10 * random.nextDouble()) / 60, 40 + 40 * random.nextDouble());
            }
            add(jobs, random.nextDouble() * hours, 1.5, 100);
        }

        private void steps(int n, double[] steps) {
            int count = 1 + random.nextInt(3);
            for (int s = 0; s < count; s++) {
                int at = random.nextInt(n);
                double mb = (10 + 30 * random.nextDouble()) * (random.nextDouble() < 0.7 ? 1 : -1);
                for (int i = at; i < n; i++) {
                    steps[i] += mb;
                }
            }
        }

        private static void add(double[] to, double atHour, double hours, double mb) {
            int from = (int) (atHour * HOUR / SAMPLE_SECONDS);
            int end = Math.min(to.length, (int) ((atHour + hours) * HOUR / SAMPLE_SECONDS));
            for (int i = from; i < end; i++) {
                to[i] += mb;
            }
        }

        private double gaussian() {
            return ServiceMemory.gaussian(random);
        }
    }

    /** Box and Muller (1958), one of the pair: SplittableRandom has none of its own on 17. */
    static double gaussian(SplittableRandom random) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        return radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
