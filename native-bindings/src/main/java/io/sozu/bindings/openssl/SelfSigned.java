package io.sozu.bindings.openssl;

import io.sozu.bindings.memory.Memory;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A server's certificate that vouches for itself, on a key of ECDSA P-256 made for it: for demonstrations and
 * tests, as nobody believes it who was not given it.
 *
 * @param certificate as PEM
 * @param key its private key as PEM of PKCS#8 (RFC 5958), which nothing encrypts
 */
public record SelfSigned(String certificate, String key) {
    private static final String NAME = "[A-Za-z0-9.:*_-]{1,253}";
    private static final String ADDRESS = "[0-9.]+|.*:.*";
    private static final long HOUR_SECONDS = 3600;
    private static final long DAY_SECONDS = 86_400;
    private static final int LINE_CHARS = 64;

    /**
     * Makes a certificate that is valid from an hour ago, for clocks that are slow.
     *
     * @param names hosts, wildcards and IP addresses; the first is the common name as well
     * @throws OpenSslException when the library fails, saying at what
     */
    public static SelfSigned make(final OpenSsl library, final List<String> names, final int days) {
        if (names.isEmpty() || !names.stream().allMatch(name -> name.matches(NAME))) {
            throw new IllegalArgumentException("no names for a certificate: " + names);
        }
        final Calls calls = new Calls(library);
        long pair = 0;
        long x509 = 0;
        try {
            pair = calls.keyPair();
            x509 = calls.object("X509_new");
            calls.fill(x509, names.getFirst(), days);
            calls.done("X509_set_pubkey", x509, pair);
            calls.extend(x509, Calls.SUBJECT_ALT_NAME, names.stream().map(name -> (name.matches(ADDRESS)
                    ? "IP:" : "DNS:") + name).collect(Collectors.joining(",")));
            calls.extend(x509, Calls.BASIC_CONSTRAINTS, "critical,CA:FALSE");
            calls.extend(x509, Calls.KEY_USAGE, "critical,digitalSignature");
            calls.extend(x509, Calls.EXTENDED_KEY_USAGE, "serverAuth");
            calls.done("X509_sign", x509, pair, calls.object("EVP_sha256"));
            return new SelfSigned(pem("CERTIFICATE", calls.der("i2d_X509", x509)),
                    pem("PRIVATE KEY", calls.pkcs8(pair)));
        } finally {
            library.crypto().freeCertificate(x509);
            library.crypto().freeKey(pair);
        }
    }

    private static String pem(final String label, final byte[] der) {
        final String lines = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        Arrays.fill(der, (byte) 0);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /** Calls by name, none of which may fail: what is needed once need not be found at each start. */
    private record Calls(OpenSsl library) {
        private static final int COMMON_NAME = 13;
        private static final int KEY_USAGE = 83;
        private static final int SUBJECT_ALT_NAME = 85;
        private static final int BASIC_CONSTRAINTS = 87;
        private static final int EXTENDED_KEY_USAGE = 126;
        private static final int UTF_8 = 0x1000;
        private static final int VERSION_3 = 2;
        private static final int SERIAL_BYTES = 8;
        private static final int ARGUMENTS = 5;

        /** Returns the object that a function returns. */
        long object(final String function, final long... arguments) {
            return checked(function, call(function, arguments));
        }

        /** Returns the int that a function returns, which is 1 or more unless it fails. */
        int done(final String function, final long... arguments) {
            return (int) checked(function, Math.max((int) call(function, arguments), 0));
        }

        /** Calls what cannot fail. */
        long call(final String function, final long... arguments) {
            final long[] all = Arrays.copyOf(arguments, ARGUMENTS);
            return OpenSsl.plain5(library.function(function), all[0], all[1], all[2], all[3], all[4]);
        }

        private long checked(final String function, final long result) {
            if (result == 0) {
                throw new OpenSslException(function + ": " + library.crypto().takeError());
            }
            return result;
        }

        long keyPair() {
            try (NativeText algorithm = NativeText.of("EC");
                    NativeText group = NativeText.of("P-256");
                    NativeText made = NativeText.of(new byte[Long.BYTES])) {
                final long context = object("EVP_PKEY_CTX_new_from_name", 0, algorithm.address(), 0);
                try {
                    done("EVP_PKEY_keygen_init", context);
                    done("EVP_PKEY_CTX_set_group_name", context, group.address());
                    done("EVP_PKEY_generate", context, made.address());
                } finally {
                    call("EVP_PKEY_CTX_free", context);
                }
                return Memory.getLong(made.address());
            }
        }

        void fill(final long x509, final String commonName, final int days) {
            done("X509_set_version", x509, VERSION_3);
            try (NativeText serial = NativeText.of(new byte[SERIAL_BYTES])) {
                library.tickets().random(serial.address(), SERIAL_BYTES);
                done("ASN1_INTEGER_set_uint64", object("X509_get_serialNumber", x509),
                        Memory.getLong(serial.address()) >>> 1 | 1);
            }
            object("X509_gmtime_adj", object("X509_getm_notBefore", x509), -HOUR_SECONDS);
            object("X509_gmtime_adj", object("X509_getm_notAfter", x509), days * DAY_SECONDS);
            final long subject = object("X509_get_subject_name", x509);
            try (NativeText text = NativeText.of(commonName)) {
                final long entry = object("X509_NAME_ENTRY_create_by_NID", 0, COMMON_NAME, UTF_8,
                        text.address(), text.lengthBytes());
                try {
                    done("X509_NAME_add_entry", subject, entry, -1, 0);
                } finally {
                    call("X509_NAME_ENTRY_free", entry);
                }
            }
            done("X509_set_issuer_name", x509, subject);
        }

        void extend(final long x509, final int kind, final String value) {
            try (NativeText text = NativeText.of(value)) {
                final long extension = object("X509V3_EXT_conf_nid", 0, 0, kind, text.address());
                try {
                    done("X509_add_ext", x509, extension, -1);
                } finally {
                    call("X509_EXTENSION_free", extension);
                }
            }
        }

        byte[] pkcs8(final long pair) {
            final long info = object("EVP_PKEY2PKCS8", pair);
            try {
                return der("i2d_PKCS8_PRIV_KEY_INFO", info);
            } finally {
                call("PKCS8_PRIV_KEY_INFO_free", info);
            }
        }

        byte[] der(final String function, final long object) {
            try (NativeText bytes = NativeText.of(new byte[done(function, object)]);
                    NativeText end = NativeText.of(new byte[Long.BYTES])) {
                Memory.putLong(end.address(), bytes.address());
                done(function, object, end.address());
                return Memory.toArray(bytes.address(), bytes.lengthBytes());
            }
        }
    }
}
