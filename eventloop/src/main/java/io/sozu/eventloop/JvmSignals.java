package io.sozu.eventloop;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * The JVM's own signal dispatch, {@code sun.misc.Signal} of module {@code jdk.unsupported}.
 *
 * <p>Reached by reflection because no compiler takes the class without a warning that cannot be suppressed.
 */
final class JvmSignals {
    private static final String CLASS = "sun.misc.Signal";

    /** What a signal did before it was watched. */
    record Former(Object signal, Object handler) {
    }

    private JvmSignals() {
    }

    /**
     * Gives a signal to a receiver, which a thread of the JVM calls with its number.
     *
     * @param name without SIG, such as {@code TERM}
     * @throws IllegalStateException when the JVM keeps the signal for itself
     */
    static Former watch(final String name, final IntConsumer receiver) {
        try {
            final Class<?> type = Class.forName(CLASS);
            final Class<?> handlerType = Class.forName(CLASS + "Handler");
            final Object signal = type.getConstructor(String.class).newInstance(name);
            final int number = (int) type.getMethod("getNumber").invoke(signal);
            final InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    receiver.accept(number);
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
            };
            final Object handler = Proxy.newProxyInstance(JvmSignals.class.getClassLoader(),
                    new Class<?>[] {handlerType}, calls);
            final Object former = type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
            return new Former(signal, former);
        } catch (final InvocationTargetException e) {
            final String cause = e.getCause().getMessage();
            throw new IllegalStateException("SIG" + name + " cannot be watched: " + cause, e);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no " + CLASS, e);
        }
    }

    /** Restores what a signal did before. */
    static void restore(final Former former) {
        try {
            final Class<?> type = Class.forName(CLASS);
            final Class<?> handlerType = Class.forName(CLASS + "Handler");
            type.getMethod("handle", type, handlerType).invoke(null, former.signal, former.handler);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not take back " + former, e);
        }
    }
}
