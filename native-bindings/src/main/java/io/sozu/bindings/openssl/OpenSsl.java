package io.sozu.bindings.openssl;

import io.sozu.bindings.foreign.ForeignCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The loaded library. It is looked for when this is first asked for, so that a process without TLS neither
 * needs nor loads it, and stays loaded for as long as the process lives.
 *
 * <p>Functions are called by address in two shapes of {@code long}s, as those of the C library are: a
 * function with fewer arguments is called with more, and of an {@code int} result only the low half is
 * defined. The {@code quick} shape does not let the thread leave Java: it is for functions that are short and
 * never call back. Thread-safe, as OpenSSL is as long as no object of its is used by two threads at once.
 */
public final class OpenSsl {
    /** The library looked for where no other is named. */
    public static final String DEFAULT_LIBRARY = "libssl.so.3";
    private static final String CRYPTO_LIBRARY = "libcrypto.so.3";
    private static final long OLDEST = 0x3000_0000L;
    private static OpenSsl loaded;

    private final SymbolLookup symbols;
    private final String library;
    private final String version;
    private final SslCalls calls;
    private final ContextCalls contexts;
    private final CryptoCalls crypto;
    private final TicketCalls tickets;
    private final OcspCalls ocsp;
    private final ClientCalls client;

    private OpenSsl(final SymbolLookup symbols, final String library) {
        this.symbols = symbols;
        this.library = library;
        if (symbols.find("OpenSSL_version_num").isEmpty()
                || plain1(function("OpenSSL_version_num"), 0) < OLDEST) {
            throw new OpenSslException("the library " + library
                    + " is no OpenSSL 3.0 or newer; name another by ssl_library");
        }
        this.version = NativeText.read(plain1(function("OpenSSL_version"), 0));
        this.calls = new SslCalls(this);
        this.contexts = new ContextCalls(this);
        this.crypto = new CryptoCalls(this);
        this.tickets = new TicketCalls(this);
        this.ocsp = new OcspCalls(this);
        this.client = new ClientCalls(this);
    }

    /**
     * Loads a library, or returns the one that was loaded.
     *
     * @param name a file, or a name that the system's loader finds; empty for {@link #DEFAULT_LIBRARY}
     * @throws OpenSslException when there is none, it is too old, or another is loaded already
     */
    public static synchronized OpenSsl load(final String name) {
        final String wanted = name.isEmpty() ? DEFAULT_LIBRARY : name;
        if (loaded == null) {
            loaded = new OpenSsl(open(wanted), wanted);
        } else if (!name.isEmpty() && !loaded.library.equals(wanted)) {
            throw new OpenSslException("ssl_library " + wanted + ": this process has loaded "
                    + loaded.library + " already; it takes another after a restart");
        }
        return loaded;
    }

    /** Returns the loaded library, or the default one, which is loaded then. */
    public static OpenSsl get() {
        return load("");
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup open(final String wanted) {
        try {
            if (wanted.indexOf('/') < 0) {
                return SymbolLookup.libraryLookup(wanted, Arena.global());
            }
            // Its own libcrypto first: the loader would take the system's, which has the same name.
            final Path crypto = Path.of(wanted).resolveSibling(CRYPTO_LIBRARY);
            if (Files.exists(crypto)) {
                SymbolLookup.libraryLookup(crypto, Arena.global());
            }
            return SymbolLookup.libraryLookup(Path.of(wanted), Arena.global());
        } catch (final IllegalArgumentException e) {
            throw new OpenSslException("cannot load " + wanted
                    + ", which HTTPS needs; install OpenSSL 3 (Debian, Ubuntu: apt install libssl3; Fedora:"
                    + " dnf install openssl-libs; Alpine: apk add libssl3), or name its file by ssl_library");
        }
    }

    /** Returns what the library says of itself, as {@code OpenSSL 3.0.19 27 Jan 2026}. */
    public String version() {
        return version;
    }

    /** Returns the name or file it was loaded by. */
    public String library() {
        return library;
    }

    /** Returns the calls on a connection. */
    public SslCalls calls() {
        return calls;
    }

    /** Returns the calls that prepare contexts. */
    public ContextCalls contexts() {
        return contexts;
    }

    /** Returns the calls on certificates, keys, ciphers and digests. */
    public CryptoCalls crypto() {
        return crypto;
    }

    /** Returns the calls on what authorities say of certificates. */
    public OcspCalls ocsp() {
        return ocsp;
    }

    /** Returns the calls on tickets and on what a handshake has told. */
    public TicketCalls tickets() {
        return tickets;
    }

    /** Returns the calls of the side that connects. */
    public ClientCalls client() {
        return client;
    }

    /** Finds a function, in libssl or the libcrypto it came with. */
    MemorySegment function(final String name) {
        return symbols.find(name).orElseThrow(
                () -> new OpenSslException("the library " + library + " has no " + name));
    }

    static long quick1(final MemorySegment function, final long a) {
        return quick2(function, a, 0);
    }

    static long quick2(final MemorySegment function, final long a, final long b) {
        try {
            return (long) Quick.CALL.invokeExact(function, a, b);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    static long plain1(final MemorySegment function, final long a) {
        return plain5(function, a, 0, 0, 0, 0);
    }

    static long plain2(final MemorySegment function, final long a, final long b) {
        return plain5(function, a, b, 0, 0, 0);
    }

    static long plain3(final MemorySegment function, final long a, final long b, final long c) {
        return plain5(function, a, b, c, 0, 0);
    }

    static long plain4(final MemorySegment function, final long a, final long b, final long c,
            final long d) {
        return plain5(function, a, b, c, d, 0);
    }

    static long plain5(final MemorySegment function, final long a, final long b, final long c, final long d,
            final long e) {
        try {
            return (long) Plain.CALL.invokeExact(function, a, b, c, d, e);
        } catch (final Throwable thrown) {
            throw ForeignCalls.broken(thrown);
        }
    }

    private static final class Quick {
        private static final MethodHandle CALL = ForeignCalls.longs(2, Linker.Option.critical(false));
    }

    private static final class Plain {
        private static final MethodHandle CALL = ForeignCalls.longs(5);
    }
}
