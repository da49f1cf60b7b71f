package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of posix_spawn(3) with everything it points to, in one native block freed by {@link #close()}.
 *
 * <pre>
 *  0      8              136          648         776          ...
 *  +------+--------------+------------+-----------+------------+------------+-------------------+
 *  | pid  | file actions | attributes | signals   | argv       | envp       | texts, each ended |
 *  +------+--------------+------------+-----------+------------+------------+-------------------+
 * </pre>
 *
 * The functions that fill it return an error number and leave {@code errno} alone.
 */
final class SpawnCall implements AutoCloseable {
    /** Room for the C library's opaque structs; larger than either architecture needs. */
    static final int FILE_ACTIONS_BYTES = 128;
    static final int ATTRIBUTES_BYTES = 512;
    static final int SIGNAL_SET_BYTES = 128;

    private static final int SETPGROUP = 0x02;
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int CHANNEL_FD = 3;
    /** All but 32 and 33, which the C library keeps for itself. */
    private static final long ALL_SIGNALS = ~(0b11L << 31);

    private static final int PID = 0;
    private static final int FILE_ACTIONS = 8;
    private static final int ATTRIBUTES = FILE_ACTIONS + FILE_ACTIONS_BYTES;
    private static final int SIGNALS = ATTRIBUTES + ATTRIBUTES_BYTES;
    private static final int POINTERS = SIGNALS + SIGNAL_SET_BYTES;

    private static final MemorySegment SPAWN = Downcalls.function("posix_spawn");
    private static final MemorySegment ACTIONS_INIT = Downcalls.function("posix_spawn_file_actions_init");
    private static final MemorySegment ACTIONS_DESTROY =
            Downcalls.function("posix_spawn_file_actions_destroy");
    private static final MemorySegment ADD_DUP2 = Downcalls.function("posix_spawn_file_actions_adddup2");
    private static final MemorySegment ADD_CLOSE_FROM =
            Downcalls.function("posix_spawn_file_actions_addclosefrom_np");
    private static final MemorySegment ATTRIBUTES_INIT = Downcalls.function("posix_spawnattr_init");
    private static final MemorySegment ATTRIBUTES_DESTROY = Downcalls.function("posix_spawnattr_destroy");
    private static final MemorySegment SET_FLAGS = Downcalls.function("posix_spawnattr_setflags");
    private static final MemorySegment SET_GROUP = Downcalls.function("posix_spawnattr_setpgroup");
    private static final MemorySegment SET_DEFAULT = Downcalls.function("posix_spawnattr_setsigdefault");
    private static final MemorySegment SET_MASK = Downcalls.function("posix_spawnattr_setsigmask");

    private final Downcalls calls;
    private final int channelFd;
    private final int sizeBytes;
    private final long block;
    private final long argv;
    private final long envp;

    /** Lays the plan's texts out; the calls are the caller's. */
    SpawnCall(final Downcalls calls, final SpawnPlan plan) {
        this.calls = calls;
        channelFd = plan.channelFd();
        final List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(plan.executable()));
        plan.arguments().forEach(argument -> arguments.add(bytes(argument)));
        final List<byte[]> variables = new ArrayList<>();
        plan.environment().forEach((name, value) -> variables.add(bytes(name + "=" + value)));
        final int texts = POINTERS + (arguments.size() + 1 + variables.size() + 1) * Long.BYTES;
        sizeBytes = texts + lengthBytes(arguments) + lengthBytes(variables);
        block = NativeMemory.allocate(MemoryTag.SCRATCH, sizeBytes);
        argv = block + POINTERS;
        envp = argv + (arguments.size() + 1L) * Long.BYTES;
        final long next = put(arguments, argv, block + texts);
        put(variables, envp, next);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int lengthBytes(final List<byte[]> texts) {
        return texts.stream().mapToInt(text -> text.length + 1).sum();
    }

    /** Writes texts and an array of pointers to them that a null ends; the block is zero already. */
    private static long put(final List<byte[]> texts, final long pointers, final long target) {
        long at = target;
        for (int i = 0; i < texts.size(); i++) {
            final byte[] text = texts.get(i);
            Memory.putLong(pointers + (long) i * Long.BYTES, at);
            Memory.copy(text, 0, at, text.length);
            at += text.length + 1;
        }
        return at;
    }

    /** Returns the new process or {@code -errno}. */
    int run() {
        final long actions = block + FILE_ACTIONS;
        final long attributes = block + ATTRIBUTES;
        int error = (int) calls.plain1(ACTIONS_INIT, actions);
        if (error == 0) {
            error = (int) calls.plain1(ATTRIBUTES_INIT, attributes);
            if (error == 0) {
                error = prepareAndSpawn(actions, attributes);
                calls.plain1(ATTRIBUTES_DESTROY, attributes);
            }
            calls.plain1(ACTIONS_DESTROY, actions);
        }
        return error == 0 ? Memory.getInt(block + PID) : -error;
    }

    private int prepareAndSpawn(final long actions, final long attributes) {
        int error = descriptors(actions);
        if (error == 0) {
            error = attributes(attributes);
        }
        return error != 0 ? error
                : (int) calls.plain6(SPAWN, block + PID, argv(0), actions, attributes, argv, envp);
    }

    private long argv(final int index) {
        return Memory.getLong(argv + (long) index * Long.BYTES);
    }

    /** A descriptor duplicated onto itself loses its close-on-exec flag: the C library sees to that. */
    private int descriptors(final long actions) {
        if (channelFd < 0) {
            return (int) calls.plain2(ADD_CLOSE_FROM, actions, CHANNEL_FD);
        }
        final int error = (int) calls.plain3(ADD_DUP2, actions, channelFd, CHANNEL_FD);
        return error != 0 ? error : (int) calls.plain2(ADD_CLOSE_FROM, actions, CHANNEL_FD + 1);
    }

    /** Group 0 is a group of its own; the mask is empty: the set of signals is filled after it was copied. */
    private int attributes(final long attributes) {
        int error = (int) calls.plain2(SET_FLAGS, attributes, SETPGROUP | SETSIGDEF | SETSIGMASK);
        if (error == 0) {
            error = (int) calls.plain2(SET_GROUP, attributes, 0);
        }
        if (error == 0) {
            error = (int) calls.plain2(SET_MASK, attributes, block + SIGNALS);
        }
        Memory.putLong(block + SIGNALS, ALL_SIGNALS);
        return error != 0 ? error : (int) calls.plain2(SET_DEFAULT, attributes, block + SIGNALS);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, block, sizeBytes);
    }
}
