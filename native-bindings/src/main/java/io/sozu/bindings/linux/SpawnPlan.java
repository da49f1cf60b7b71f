package io.sozu.bindings.linux;

import java.util.List;
import java.util.Map;

/**
 * What {@link Processes#spawn} starts.
 *
 * @param executable the path of the program; it is also the child's argument 0
 * @param arguments what follows argument 0
 * @param environment all variables of the child; nothing else is inherited
 * @param channelFd a descriptor that becomes number 3 in the child and stays the caller's here, or -1
 */
public record SpawnPlan(String executable, List<String> arguments, Map<String, String> environment,
        int channelFd) {
    /**
     * Checks that all of it can be handed to a program.
     *
     * @throws IllegalArgumentException when a text holds a zero or a variable's name an equals sign
     */
    public SpawnPlan {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        check(executable);
        arguments.forEach(SpawnPlan::check);
        environment.forEach((name, value) -> {
            check(name);
            check(value);
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("not a variable's name: " + name);
            }
        });
    }

    private static void check(final String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a zero ends a text for the kernel: " + text.replace('\0', '?'));
        }
    }
}
