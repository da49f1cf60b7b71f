package io.sozu.control.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a listener speaks TLS, as orders say it. */
final class TlsConfigTest {
    private static TlsConfig tls(final String fields) throws OrderException {
        final Order order = OrderJson.readOrder(JsonText.read("{'type':'ADD_HTTPS_LISTENER','data':{"
            .replace('\'', '"') + "\"address\":\"127.0.0.1:8443\"" + (fields.isEmpty() ? "" : ",")
            + fields.replace('\'', '"') + "}}"));
        return ((Order.AddHttpListener) order).listener().tls();
    }

    @Test
    void shouldHaveItsDefaultsWhereNothingIsSaid() throws OrderException {
        assertEquals(TlsConfig.DEFAULT, tls(""));
    }

    @Test
    void shouldTakeTheWordsOfSozusFiles() throws OrderException {
        final TlsAlgorithms words = tls("'versions':['TLSv1.3'],'cipher_list':['TLS13_AES_256_GCM_SHA384',"
            + "'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384','TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],"
            + "'groups_list':['x25519','secp256r1','X25519MLKEM768'],"
            + "'signature_algorithms':['ECDSA_NISTP256_SHA256']").algorithms();

        assertEquals(new TlsAlgorithms(Set.of(TlsVersion.TLS_V13), List.of("ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-CHACHA20-POLY1305"), List.of("TLS_AES_256_GCM_SHA384"), List.of("X25519", "P-256",
            "X25519MLKEM768"), List.of("ecdsa_secp256r1_sha256")), words);
    }

    @Test
    void shouldTakeAListAsOpensslWritesIt() throws OrderException {
        assertEquals(List.of("ECDHE-RSA-AES128-GCM-SHA256", "HIGH", "!aNULL"),
            tls("'cipher_list':'ECDHE-RSA-AES128-GCM-SHA256:HIGH:!aNULL'").algorithms().cipherList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "'versions':['TLS_V11'] | versions has 'TLS_V11', which is broken and never spoken; write TLS_V12 or"
            + " TLS_V13",
        "'versions':['TLS_V14'] | versions has 'TLS_V14'; it must be one of TLS_V12, TLS_V13; did you mean"
            + " 'TLS_V12'?",
        "'versions':[] | versions are none; name TLS_V12, TLS_V13 or both",
        "'alpn_protocols':['spdy'] | alpn_protocols has 'spdy'; it must be one of h2, http/1.1",
        "'alpn_protocols':[] | alpn_protocols are none; name http/1.1",
        "'send_tls13_tickets':17 | send_tls13_tickets 17 is outside 0 to 16",
        "'handshake_timeout':0 | handshake_timeout 0 is outside 1 to 31536000",
        "'cipher_list':['A B'] | cipher_list has 'A B'; give each name a string of its own, without blanks"
        + " and colons",
        "'no_sni':'drop' | field 'no_sni' is 'drop'; it must be one of default_certificate, refuse",
        "'client_auth':'required' | client_auth is required, but no authority vouches for clients; name one"
        + " by client_ca",
        "'client_ca':'x' | client_ca has no effect while client_auth is none; set client_auth to optional or"
            + " required, or leave it out",
        "'key':'x' | certificate is missing; a certificate needs its private key, and a key its certificate",
        "'disable_http11':true | field 'disable_http11' is not served yet; leave it out",
        "'hsts':{'max_age':-1} | hsts.max_age -1 is outside 0 to 2147483647"})
    void shouldNameTheWordThatCannotBe(final String fields, final String problem) {
        assertEquals("ADD_HTTPS_LISTENER: " + problem,
            assertThrows(OrderException.class, () -> tls(fields)).getMessage());
    }
}
