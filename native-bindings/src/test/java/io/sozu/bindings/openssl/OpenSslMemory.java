package io.sozu.bindings.openssl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts what OpenSSL has allocated and not freed, to the block, by giving it functions to allocate with that
 * count; the compiler of C makes them. OpenSSL takes them only before its first allocation, and for the rest
 * of the process: so this is for a JVM of its own.
 */
public final class OpenSslMemory {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int BYTES = 8;
    private static final String SOURCE = """
            #include <malloc.h>
            #include <stdlib.h>
            long held[2];
            static void count(void *block, long sign) {
                if (block) {
                    held[0] += sign;
                    held[1] += sign * (long) (malloc_usable_size(block) + sizeof(size_t));
                }
            }
            void *allocate(size_t size, const char *file, int line) {
                void *block = malloc(size);
                count(block, 1);
                return block;
            }
            void *resize(void *old, size_t size, const char *file, int line) {
                count(old, -1);
                void *block = realloc(old, size);
                count(block ? block : old, 1);
                return block;
            }
            void give_back(void *block, const char *file, int line) {
                count(block, -1);
                free(block);
            }
            """;
    private static MemorySegment held;

    private OpenSslMemory() {
    }

    /** Loads the library and counts from its first allocation on. */
    @SuppressWarnings("restricted")
    public static OpenSsl load() {
        try {
            final Path folder = Files.createTempDirectory("sozu-openssl-memory");
            final Path library = compile(folder);
            final SymbolLookup counting = SymbolLookup.libraryLookup(library, Arena.global());
            Files.delete(library);
            Files.delete(folder);
            held = counting.find("held").orElseThrow().reinterpret(2L * Long.BYTES);
            final MethodHandle set = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global())
                            .find("CRYPTO_set_mem_functions").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, LONG, LONG, LONG));
            if ((int) set.invokeExact(counting.find("allocate").orElseThrow().address(),
                    counting.find("resize").orElseThrow().address(),
                    counting.find("give_back").orElseThrow().address()) != 1) {
                throw new AssertionError("OpenSSL has allocated already");
            }
        } catch (final Throwable thrown) {
            throw new AssertionError(thrown);
        }
        return OpenSsl.get();
    }

    private static Path compile(final Path folder) throws IOException, InterruptedException {
        final Path source = folder.resolve("memory.c");
        final Path library = folder.resolve("memory.so");
        Files.writeString(source, SOURCE);
        final Process compiler = new ProcessBuilder("cc", "-O1", "-shared", "-fPIC", "-o",
                library.toString(), source.toString()).inheritIO().start();
        if (compiler.waitFor() != 0) {
            throw new AssertionError("cc has failed");
        }
        Files.delete(source);
        return library;
    }

    /** Returns how many blocks are allocated. */
    public static long blocks() {
        return held.get(LONG, 0);
    }

    /** Returns what they take of the heap, with what the C library adds. */
    public static long bytes() {
        return held.get(LONG, BYTES);
    }
}
