package io.sozu.control.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * How the backends of a cluster are spoken to by TLS.
 *
 * @param verify whether their certificates have to be good, and for the right name
 * @param authorities the certificates of those that vouch for them, as one PEM text; null for those that the
 *     system believes
 * @param serverName the host that is asked for, and that their certificates have to be for; null for the name
 *     or the IP address in each backend's address
 * @param versions the versions spoken, never empty
 * @param certificate what is shown to a backend that asks for it, null for nothing
 */
public record BackendTls(boolean verify, String authorities, String serverName, Set<TlsVersion> versions,
                         CertificateMaterial certificate) {
    /** What holds where nothing but TLS is said. */
    public static final BackendTls DEFAULT =
        new BackendTls(true, null, null, EnumSet.allOf(TlsVersion.class), null);

    /**
     * Checks the fields against each other.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public BackendTls {
        if (authorities != null) {
            if (!verify) {
                throw new InvalidConfigException("ca", "has no effect while verify is false; leave verify"
                    + " out, which is better, or ca");
            }
            authorities = Pem.join(Pem.certificates("ca", authorities));
        }
        if (serverName != null) {
            serverName = host("server_name", serverName);
        }
        if (versions.isEmpty()) {
            throw new InvalidConfigException("versions", "are none; name TLS_V12, TLS_V13 or both");
        }
        versions = Set.copyOf(versions);
    }

    static String host(final String field, final String text) {
        if (isAddress(text)) {
            Addresses.parse(field, (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":1");
            return text;
        }
        final String host = Texts.hostname(field, text);
        if (host.indexOf('*') >= 0 || host.indexOf('/') >= 0) {
            throw new InvalidConfigException(field, Quote.of(text)
                + " is no name of a server; write a host, or an IP address");
        }
        return host;
    }

    /** Returns whether a server name is an IP address: such a one is not asked for by SNI (RFC 6066). */
    public static boolean isAddress(final String serverName) {
        return serverName.indexOf(':') >= 0 || serverName.matches("[0-9.]+");
    }
}
