package io.sozu.bindings.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our constants are those of OpenSSL's headers, where these are installed. */
final class OpenSslConstantsTest {
    private static final Path HEADER = Path.of("/usr/include/openssl/ssl.h");
    private static final List<Class<?>> CLASSES = List.of(ContextCalls.class, SslCalls.class,
            CryptoCalls.class, ClientCalls.class, OcspCalls.class);
    /** What has another name there than {@code SSL_} and ours. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("TLS_1_2", "TLS1_2_VERSION"), Map.entry("TLS_1_3", "TLS1_3_VERSION"),
            Map.entry("CTRL_SET_RESPONSE", "SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP"),
            Map.entry("AUTH_ECDSA", "NID_auth_ecdsa"), Map.entry("AUTH_RSA", "NID_auth_rsa"),
            Map.entry("KEY_RSA_PSS", "EVP_PKEY_RSA_PSS"),
            Map.entry("KEY_RSA", "EVP_PKEY_RSA"), Map.entry("KEY_EC", "EVP_PKEY_EC"),
            Map.entry("BIO_TYPE_SOURCE_SINK", "BIO_TYPE_SOURCE_SINK"),
            Map.entry("BIO_CTRL_FLUSH", "BIO_CTRL_FLUSH"),
            Map.entry("BIO_CTRL_GET_KTLS_SEND", "BIO_CTRL_GET_KTLS_SEND"),
            Map.entry("BIO_RETRY", "BIO_FLAGS_READ|BIO_FLAGS_WRITE|BIO_FLAGS_SHOULD_RETRY"),
            Map.entry("STORE_CRL_CHECK", "X509_V_FLAG_CRL_CHECK|X509_V_FLAG_CRL_CHECK_ALL"),
            Map.entry("STATE_SENDING_TICKET", "TLS_ST_SW_SESSION_TICKET"),
            Map.entry("REASON_MASK", "ERR_REASON_MASK"), Map.entry("LIB_PEM", "ERR_LIB_PEM"),
            Map.entry("PEM_NO_START_LINE", "PEM_R_NO_START_LINE"), Map.entry("VERIFIED", "X509_V_OK"),
            Map.entry("SESS_CACHE_BY_CALLBACK", "SSL_SESS_CACHE_CLIENT|SSL_SESS_CACHE_NO_INTERNAL"),
            Map.entry("HOST_FLAG_NO_PARTIAL_WILDCARDS", "X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS"),
            Map.entry("SUCCESSFUL", "OCSP_RESPONSE_STATUS_SUCCESSFUL"),
            Map.entry("GOOD", "V_OCSP_CERTSTATUS_GOOD"));
    private static final Set<String> OURS = Set.of("ERROR_TEXT_BYTES", "NO_RESPONSE", "NO_ANSWER",
            "OTHER_CERTIFICATE", "NOT_GOOD", "SECONDS_PER_DAY", "DAYS", "SECONDS", "NEXT_UPDATE",
            // Only a comment of bio.h has their numbers.
            "BIO_CTRL_SET_KTLS", "BIO_CTRL_SET_KTLS_TX_SEND_CTRL_MSG", "BIO_CTRL_CLEAR_KTLS_TX_CTRL_MSG");

    @Test
    void shouldBeThoseOfTheHeaders(@TempDir final Path folder) throws Exception {
        Assumptions.assumeTrue(Files.exists(HEADER), "OpenSSL's headers are not installed");
        final Map<String, Long> ours = new TreeMap<>();
        for (final Class<?> type : CLASSES) {
            for (final Field field : type.getDeclaredFields()) {
                final boolean number = field.getType() == int.class || field.getType() == long.class;
                if (number && Modifier.isStatic(field.getModifiers()) && !OURS.contains(field.getName())) {
                    field.setAccessible(true);
                    ours.put(NAMES.getOrDefault(field.getName(), "SSL_" + field.getName()),
                            field.getLong(null));
                }
            }
        }
        assertEquals(evaluate(folder, List.copyOf(ours.keySet())), ours);
    }

    private static Map<String, Long> evaluate(final Path folder, final List<String> expressions)
            throws IOException, InterruptedException {
        final StringBuilder program = new StringBuilder();
        for (final String header : List.of("ssl", "ocsp", "pem", "err", "x509v3")) {
            program.append("#include <openssl/").append(header).append(".h>\n");
        }
        program.append("#include <stdio.h>\nint main(void) {\n");
        expressions.forEach(each ->
                program.append("  printf(\"%lld\\n\", (long long) (").append(each).append("));\n"));
        final Path source = folder.resolve("constants.c");
        Files.writeString(source, program.append("  return 0;\n}\n"));
        final Path compiled = folder.resolve("constants");
        run(List.of("cc", "-o", compiled.toString(), source.toString()));
        final List<String> values = run(List.of(compiled.toString()));
        final Map<String, Long> result = new TreeMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            result.put(expressions.get(i), Long.parseLong(values.get(i)));
        }
        return result;
    }

    private static List<String> run(final List<String> command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final List<String> lines = new ArrayList<>(
                new String(process.getInputStream().readAllBytes()).lines().toList());
        assertEquals(0, process.waitFor(), lines::toString);
        return lines;
    }
}
