package io.sozu.control.model;

import java.util.Arrays;
import java.util.List;

/** A version of TLS that can be spoken; the names are Sōzu's. */
public enum TlsVersion {
    TLS_V12("TLSv1.2"),
    TLS_V13("TLSv1.3");

    private static final List<String> OLD = List.of("SSL_V2", "SSL_V3", "TLS_V1", "TLS_V10", "TLS_V11",
        "SSLV2", "SSLV3", "TLSV1", "TLSV1.0", "TLSV1.1");

    private final String spelling;

    TlsVersion(final String spelling) {
        this.spelling = spelling;
    }

    /** The name of other programs, as {@code TLSv1.2}. */
    public String spelling() {
        return spelling;
    }

    /**
     * Reads {@code TLS_V12} or {@code TLSv1.2}.
     *
     * @throws InvalidConfigException naming the field, the word and the cure
     */
    public static TlsVersion parse(final String field, final String text) {
        for (final TlsVersion version : values()) {
            if (version.name().equalsIgnoreCase(text) || version.spelling.equalsIgnoreCase(text)) {
                return version;
            }
        }
        if (OLD.stream().anyMatch(text::equalsIgnoreCase)) {
            throw new InvalidConfigException(field, "has " + Quote.of(text)
                + ", which is broken and never spoken; write TLS_V12 or TLS_V13");
        }
        throw new InvalidConfigException(field, "has " + Quote.of(text) + "; it must be one of TLS_V12,"
            + " TLS_V13"
            + Nearest.hint(text, Arrays.stream(values()).map(Enum::name).toList()));
    }
}
