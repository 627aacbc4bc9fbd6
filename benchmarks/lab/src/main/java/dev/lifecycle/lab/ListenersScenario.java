package dev.lifecycle.lab;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.weak.Listeners;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A desk of views that hear of prices; each request opens one in the place of an older one. */
final class ListenersScenario implements Scenario {
    private static final int CANVAS = 8 << 10;
    private static final int OPEN = 16;

    @Override
    public String name() {
        return "listeners";
    }

    @Override
    public String story() {
        return "Each request opens a view in one of sixteen places, paints a file on it, and subscribes it to the price hub. Who closes"
                + " the view that was there unsubscribes it; but most users just go on to the next one, and nobody thought of that."
                + " The hub holds every view there ever was, and tells each of them of every price.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** What is shown. */
    private static final class View {
        private final byte[] canvas;
        private long price = -1;

        private View(byte[] canvas) {
            this.canvas = canvas;
        }

        static View paint(Input input, long request) throws IOException {
            byte[] canvas = new byte[CANVAS];
            try (InputStream in = Files.newInputStream(input.file(request >>> 16))) {
                in.readNBytes(canvas, 0, CANVAS);
            }
            return new View(canvas);
        }

        void show(long now) {
            price = now;
        }

        boolean shows(long now) {
            return price == now && canvas.length == CANVAS;
        }
    }

    private static int place(long request) {
        return (int) (request >>> 8 & OPEN - 1);
    }

    /** Whether the user closes the view that was there, as one should. */
    private static boolean isClosed(long request) {
        return (request & GOES_WELL) == GOES_WELL;
    }

    /** Each of the views that are open shows this price: no listener may get lost either. */
    private static boolean check(View[] views, long price) {
        for (View view : views) {
            if (view != null && !view.shows(price)) {
                throw new IllegalStateException("a view that is open has not heard of the price");
            }
        }
        return true;
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final List<Consumer<Long>> hub = new CopyOnWriteArrayList<>();
        private final View[] views = new View[OPEN];
        private final List<Consumer<Long>> subscribed = new ArrayList<>(Collections.nCopies(OPEN, price -> {}));

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            View view = View.paint(input, request);
            int place = place(request);
            views[place] = view;
            Consumer<Long> former = subscribed.set(place, view::show);
            if (isClosed(request)) {
                hub.remove(former);
            }
            hub.add(subscribed.get(place));
            for (Consumer<Long> listener : hub) {
                listener.accept(request);
            }
            return check(views, request);
        }

        @Override
        public void close() {}
    }

    /** With the library: every other place has a scope that is closed, the others are dropped as before, and held weakly. */
    private static final class Managed implements Service {
        private final Input input;
        private final Scope app = Scope.open("desk");
        private final Listeners<Long> hub = Listeners.<Long>builder("prices").open(app);
        private final View[] views = new View[OPEN];
        private final Scope[] scopes = new Scope[OPEN];

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            View view = View.paint(input, request);
            int place = place(request);
            views[place] = view;
            if ((place & 1) == 0) {
                hub.onWeak(view, View::show);
            } else {
                if (scopes[place] != null) {
                    scopes[place].close();
                }
                scopes[place] = app.child("view");
                hub.on(scopes[place], view::show);
            }
            hub.emit(request);
            return check(views, request);
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
