package io.sozu.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Every benchmark works: it is called a few times, with the first and the last value of its parameters. */
final class BenchmarksTest {
    private static final int CALLS = 3;

    static Stream<Class<?>> benchmarks() {
        return Stream.of(BalancingBench.class, DowncallBench.class, HeadBench.class, MemoryBench.class,
                RouterBench.class);
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void shouldRun(final Class<?> type) throws ReflectiveOperationException {
        for (final boolean last : List.of(false, true)) {
            final Object state = type.getDeclaredConstructor().newInstance();
            for (final Field field : type.getFields()) {
                set(state, field, last);
            }
            call(state, Setup.class);
            for (int i = 0; i < CALLS; i++) {
                call(state, Benchmark.class);
            }
            call(state, TearDown.class);
        }
    }

    private static void set(final Object state, final Field field, final boolean last)
            throws ReflectiveOperationException {
        final String[] values = field.getAnnotation(Param.class).value();
        final String value = last ? values[values.length - 1] : values[0];
        if (field.getType() == int.class) {
            field.setInt(state, Integer.parseInt(value));
        } else {
            field.set(state, Arrays.stream(field.getType().getEnumConstants())
                    .filter(constant -> constant.toString().equals(value)).findFirst().orElseThrow());
        }
    }

    private static void call(final Object state, final Class<? extends Annotation> kind)
            throws ReflectiveOperationException {
        for (final Method method : state.getClass().getMethods()) {
            if (method.isAnnotationPresent(kind)) {
                final Object result = method.invoke(state);
                if (method.getReturnType() != void.class) {
                    assertNotNull(result, method::toString);
                }
            }
        }
    }

    @Test
    void shouldCompareResultsByName() throws IOException {
        final List<String> lines = new ArrayList<>();
        CompareMain.compare(result("a", 10), result("a", 15), lines::add);
        CompareMain.compare(result("a", 10), result("b", 15), lines::add);
        assertEquals(List.of("a{} 10.0 15.0 1.50", "b{} - 15.0"), lines);
    }

    private static JsonNode result(final String name, final double score) throws IOException {
        return new ObjectMapper().readTree("[{\"benchmark\":\"" + name
                + "\",\"params\":{},\"primaryMetric\":{\"score\":" + score + "}}]");
    }
}
