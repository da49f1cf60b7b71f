package io.sozu.control.model;

import java.util.List;
import java.util.Locale;

/**
 * Whether clients show a certificate, and who vouches for it.
 *
 * @param authorities the certificates of the authorities, as one PEM text; null for none
 * @param depth how many certificates there may be between the client's and the authority's
 * @param revoked the lists of revoked certificates, as one PEM text; null for none
 */
public record ClientAuth(Mode mode, String authorities, int depth, String revoked) {
    /** The longest chain that can be asked for. */
    public static final int MAX_DEPTH = 100;
    /** The depth where nothing is said. */
    public static final int DEFAULT_DEPTH = 4;
    /** What holds where nothing is said. */
    public static final ClientAuth NONE = new ClientAuth(Mode.NONE, null, DEFAULT_DEPTH, null);

    /** What is asked of clients. */
    public enum Mode {
        NONE,
        /** A client may show a certificate; one that does not hold ends the handshake. */
        OPTIONAL,
        REQUIRED;

        /** The name in orders and files. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks the fields against each other.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ClientAuth {
        Texts.range("client_auth_depth", depth, 0, MAX_DEPTH);
        if (mode != Mode.NONE && authorities == null) {
            throw new InvalidConfigException("client_auth", "is " + mode.text()
                + ", but no authority vouches for clients; name one by client_ca");
        }
        if (mode == Mode.NONE && (authorities != null || revoked != null)) {
            throw new InvalidConfigException(authorities != null ? "client_ca" : "client_crl",
                "has no effect while client_auth is none; set client_auth to optional or required, or leave"
                + " it out");
        }
        if (authorities != null) {
            authorities = Pem.join(Pem.certificates("client_ca", authorities));
        }
        if (revoked != null) {
            final List<Pem.Block> lists = Pem.blocks("client_crl", revoked).stream()
                .filter(block -> block.label().equals("X509 CRL")).toList();
            if (lists.isEmpty()) {
                throw new InvalidConfigException("client_crl", "has no -----BEGIN X509 CRL-----; give a PEM"
                    + " file of one (openssl crl -inform DER -in FILE makes one of a DER file)");
            }
            revoked = Pem.join(lists);
        }
    }
}
