package io.sozu.control.model;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * A certificate that a listener serves to clients of its names.
 *
 * @param address of the listener
 * @param ownNames the names it is served for in place of its own; empty for its own
 * @param expiredAtSeconds until when it is preferred to others of the same name, in seconds since 1970; null
 *     for as long as it is good
 */
public record CertificateConfig(InetSocketAddress address, CertificateMaterial material,
    List<String> ownNames,
                                Long expiredAtSeconds) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);
    private static final int MAX_NAMES = 10_000;
    /** The end of the year 9999. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    /**
     * Checks and folds the names.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public CertificateConfig {
        Addresses.check("address", address);
        if (ownNames.size() > MAX_NAMES) {
            throw new InvalidConfigException("names", "are " + ownNames.size() + ", more than " + MAX_NAMES);
        }
        ownNames = ownNames.stream().map(CertificateConfig::name).distinct().sorted().toList();
        if (expiredAtSeconds != null) {
            Texts.range("expired_at", expiredAtSeconds, 0, MAX_SECONDS);
        }
    }

    private static String name(final String text) {
        final String name = Texts.hostname("names", text);
        if (name.equals("*") || name.indexOf('/') >= 0) {
            throw new InvalidConfigException("names", Quote.of(text)
                + " is no name of a certificate; write a host, or *. and a host");
        }
        return name;
    }

    /** Returns the names it is served for. */
    public List<String> names() {
        return ownNames.isEmpty() ? material.info().names() : ownNames;
    }

    /** Returns the lower-case hex of the certificate's SHA-256. */
    public String fingerprint() {
        return material.fingerprint();
    }

    /** Returns until when it is preferred, in seconds since 1970. */
    public long expiresAtSeconds() {
        return expiredAtSeconds == null ? material.info().notAfterSeconds() : expiredAtSeconds;
    }

    /** Returns the day of a point in time, as {@code 2026-11-24}, of Greenwich. */
    public static String date(final long seconds) {
        return DATE.format(Instant.ofEpochSecond(seconds));
    }
}
