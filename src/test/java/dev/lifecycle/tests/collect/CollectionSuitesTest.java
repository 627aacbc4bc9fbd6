package dev.lifecycle.tests.collect;

import com.google.common.collect.testing.CollectionTestSuiteBuilder;
import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.Helpers;
import com.google.common.collect.testing.TestStringCollectionGenerator;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import com.google.common.collect.testing.testers.CollectionClearTester;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The views keep the contracts of the collections of the JDK: the suites that Guava tests its own with. */
@Tag("once")
class CollectionSuitesTest {
    private static final Scope ALL = Scope.open(); // of what a suite makes: it closes nothing

    @AfterAll
    static void closeAll() {
        ALL.close();
    }

    @TestFactory
    Stream<DynamicNode> mapOfACache() {
        return Stream.of(
                map("plain", builder -> builder),
                map("expiring", builder -> builder.expireAfterAccess(Duration.ofDays(1))),
                map("grouped", builder -> builder.groups((key, value) -> value)),
                map("hard", builder -> builder.hardBound().recordStats()));
    }

    private static DynamicNode map(String name, UnaryOperator<BoundedCacheBuilder<String, String>> features) {
        return nodes(ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        BoundedCache<String, String> cache = features.apply(
                                        BoundedCache.<String, String>builder("suite")
                                                .maximumSize(1_000))
                                .open(ALL);
                        for (Map.Entry<String, String> entry : entries) {
                            cache.asMap().put(entry.getKey(), entry.getValue());
                        }
                        return cache.asMap();
                    }
                })
                .named(name)
                .withFeatures(
                        MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
                .createTestSuite());
    }

    @TestFactory
    Stream<DynamicNode> collectionOfARing() {
        return Stream.of(ring(1), ring(4));
    }

    private static DynamicNode ring(int stripes) {
        CollectionTestSuiteBuilder<String> builder = CollectionTestSuiteBuilder.using(
                        new TestStringCollectionGenerator() {
                            @Override
                            protected Collection<String> create(String[] elements) {
                                Collection<String> ring = BoundedBuffer.<String>builder("suite")
                                        .capacity(1_000)
                                        .stripes(stripes)
                                        .open(ALL)
                                        .asCollection();
                                Collections.addAll(ring, elements);
                                return ring;
                            }
                        })
                .named("stripes " + stripes)
                .suppressing(Helpers.getMethod(CollectionClearTester.class, "testClear_unsupported")) // it clears
                .withFeatures(CollectionFeature.SUPPORTS_ADD, CollectionSize.ANY);
        if (stripes == 1) {
            builder.withFeatures(CollectionFeature.KNOWN_ORDER);
        }
        return nodes(builder.createTestSuite());
    }

    /** A suite of JUnit 3, as tests of today. */
    private static DynamicNode nodes(Test test) {
        if (test instanceof TestSuite suite) {
            List<DynamicNode> all = Collections.list(suite.tests()).stream()
                    .map(CollectionSuitesTest::nodes)
                    .toList();
            return DynamicContainer.dynamicContainer(suite.getName(), all);
        }
        Executable run = ((TestCase) test)::runBare;
        return DynamicTest.dynamicTest(((TestCase) test).getName(), run);
    }
}
