package io.sozu.worker;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.Timeouts;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ForwardedMode;
import io.sozu.protocols.http.ForwardedSettings;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.http.TransportSecurity;
import io.sozu.sessions.ExchangeTerms;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** From what is ordered of listeners and terms to what the machines look up. Control path. */
final class Profiles {
    private Profiles() {
    }

    static ListenerProfile of(final ListenerConfig listener, final ForwardedFields forwarded) {
        final Timeouts timeouts = listener.timeouts();
        final ListenerLimits limits = listener.limits();
        return new ListenerProfile(forwarded, terms(listener), nanos(timeouts.requestSeconds()),
                nanos(timeouts.keepaliveSeconds() == 0 ? timeouts.frontSeconds()
                        : timeouts.keepaliveSeconds()),
                limits.maxAgeSeconds() == 0 ? Long.MAX_VALUE : nanos(limits.maxAgeSeconds()),
                orMany(limits.maxKeepaliveRequests()), limits.maxHeaderFields(),
                orMany(limits.maxHeaderBytes()), listener.answers().noRouteStatus(),
                listener.stickyName().getBytes(StandardCharsets.US_ASCII),
                isSecure(listener), isSecure(listener) && listener.tls().sni().strictBinding());
    }

    private static boolean isSecure(final ListenerConfig listener) {
        return listener.protocol() == ListenerProtocol.HTTPS;
    }

    private static ExchangeTerms terms(final ListenerConfig listener) {
        final Timeouts timeouts = listener.timeouts();
        final ListenerLimits limits = listener.limits();
        final HstsConfig hsts = isSecure(listener) ? listener.headers().hsts() : null;
        return new ExchangeTerms(nanos(timeouts.frontSeconds()), nanos(timeouts.backSeconds()),
                nanos(timeouts.connectSeconds()),
                nanos(timeouts.responseSeconds() == 0 ? timeouts.backSeconds() : timeouts.responseSeconds()),
                limits.minBodyRate(), orMany(limits.maxBodyBytes()),
                hsts == null ? TransportSecurity.NONE : security(hsts));
    }

    /** Returns what a cluster or a frontend says; a back timeout holds for the response's head as well. */
    static ExchangeTerms terms(final io.sozu.control.model.ExchangeTerms said) {
        return terms(said, null);
    }

    /** Returns what a frontend says. */
    static ExchangeTerms terms(final FrontendConfig frontend) {
        return terms(frontend.terms(), frontend.hsts());
    }

    private static ExchangeTerms terms(final io.sozu.control.model.ExchangeTerms said,
            final HstsConfig hsts) {
        if (said.equals(io.sozu.control.model.ExchangeTerms.NONE) && hsts == null) {
            return ExchangeTerms.NONE;
        }
        final Integer response = said.responseSeconds() == null ? said.backSeconds() : said.responseSeconds();
        return new ExchangeTerms(orUnsaid(said.frontSeconds()), orUnsaid(said.backSeconds()),
                orUnsaid(said.connectSeconds()), orUnsaid(response),
                said.minBodyRate() == null ? ExchangeTerms.UNSAID : said.minBodyRate(),
                said.maxBodyBytes() == null ? ExchangeTerms.UNSAID : orMany(said.maxBodyBytes()),
                hsts == null ? ExchangeTerms.UNSAID : security(hsts));
    }

    private static long security(final HstsConfig hsts) {
        return hsts.enabled() ? TransportSecurity.of(hsts.maxAgeSeconds(), hsts.includeSubdomains(),
                hsts.preload(), hsts.forceReplaceBackend()) : TransportSecurity.NONE;
    }

    static ForwardedSettings forwarded(final ListenerConfig listener) {
        final InetSocketAddress known = listener.publicAddress() == null ? listener.address()
                : listener.publicAddress();
        final String text = Addresses.format(known);
        final String host = text.substring(0, text.lastIndexOf(':'));
        return new ForwardedSettings(ForwardedMode.valueOf(listener.headers().forwarded().name()),
                isSecure(listener) ? "https" : "http",
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, known.getPort(),
                listener.headers().sozuIdHeader(), listener.headers().elideXRealIp(),
                listener.headers().sendXRealIp(), listener.headers().certificatePrefix());
    }

    private static long orUnsaid(final Integer seconds) {
        return seconds == null ? ExchangeTerms.UNSAID : nanos(seconds);
    }

    private static int orMany(final int limit) {
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    private static long orMany(final long limit) {
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    private static long nanos(final int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
