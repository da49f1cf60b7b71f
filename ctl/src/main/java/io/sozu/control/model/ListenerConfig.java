package io.sozu.control.model;

import java.net.InetSocketAddress;

/**
 * A socket that clients connect to.
 *
 * @param publicAddress the address clients know, where it differs; null for none
 * @param expectProxy whether every connection starts with a PROXY protocol header
 * @param stickyName name of the cookie that ties a client to a backend
 * @param admission whom it lets in
 * @param tls how it speaks TLS, null unless its protocol is HTTPS
 * @param active whether the socket is open
 */
public record ListenerConfig(ListenerProtocol protocol, InetSocketAddress address,
                             InetSocketAddress publicAddress, boolean expectProxy, String stickyName,
                             Timeouts timeouts, HeaderPolicy headers, ListenerLimits limits,
                             ListenerAdmission admission, AnswerPolicy answers, TlsConfig tls,
                             boolean active) {
    /** The cookie where nothing is said. */
    public static final String DEFAULT_STICKY_NAME = "SOZUBALANCEID";

    /**
     * Checks the fields against each other.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public ListenerConfig {
        if (protocol == null) {
            throw new InvalidConfigException("protocol", "is missing; write http");
        }
        Addresses.check("address", address);
        if (publicAddress != null) {
            Addresses.check("public_address", publicAddress);
            if (expectProxy) {
                throw new InvalidConfigException("public_address", "'" + Addresses.format(publicAddress)
                    + "' contradicts expect_proxy, which brings the address with each connection; keep one"
                    + " of them");
            }
        }
        Texts.token("sticky_name", stickyName, Texts.MAX_TOKEN_CHARS);
        if (timeouts == null || headers == null || limits == null || admission == null || answers == null) {
            throw new InvalidConfigException(timeouts == null ? "timeouts"
                : headers == null ? "headers" : limits == null ? "limits"
                : admission == null ? "admission" : "answers", "are missing");
        }
        if ((tls != null) != (protocol == ListenerProtocol.HTTPS)) {
            throw new InvalidConfigException("protocol", tls == null ? "is https, but how it speaks TLS is"
                + " not said" : "is " + protocol.text() + ", which has no TLS; write https");
        }
    }

    /** Makes a listener without TLS. */
    public ListenerConfig(final ListenerProtocol protocol, final InetSocketAddress address,
                          final InetSocketAddress publicAddress, final boolean expectProxy,
                          final String stickyName, final Timeouts timeouts, final HeaderPolicy headers,
                          final ListenerLimits limits, final ListenerAdmission admission,
                          final AnswerPolicy answers, final boolean active) {
        this(protocol, address, publicAddress, expectProxy, stickyName, timeouts, headers, limits, admission,
            answers, null, active);
    }

    /** Makes a listener that lets everybody in and answers as usual. */
    public ListenerConfig(final ListenerProtocol protocol, final InetSocketAddress address,
                          final InetSocketAddress publicAddress, final boolean expectProxy,
                          final String stickyName, final Timeouts timeouts, final HeaderPolicy headers,
                          final ListenerLimits limits, final boolean active) {
        this(protocol, address, publicAddress, expectProxy, stickyName, timeouts, headers, limits,
            ListenerAdmission.DEFAULT, AnswerPolicy.DEFAULT, active);
    }

    /** Returns an inactive HTTP listener with every default. */
    public static ListenerConfig http(final InetSocketAddress address) {
        return new ListenerConfig(ListenerProtocol.HTTP, address, null, false, DEFAULT_STICKY_NAME,
            Timeouts.DEFAULT, HeaderPolicy.DEFAULT, ListenerLimits.DEFAULT, false);
    }

    /** Returns an inactive HTTPS listener with every default. */
    public static ListenerConfig https(final InetSocketAddress address) {
        return http(address).withTls(TlsConfig.DEFAULT);
    }

    /** Returns the same listener, with TLS, or without where that is null. */
    public ListenerConfig withTls(final TlsConfig other) {
        return new ListenerConfig(other == null ? ListenerProtocol.HTTP : ListenerProtocol.HTTPS, address,
            publicAddress, expectProxy, stickyName, timeouts, headers, limits, admission, answers, other,
                active);
    }

    /** Returns the same listener with other header fields. */
    public ListenerConfig withHeaders(final HeaderPolicy other) {
        return new ListenerConfig(protocol, address, publicAddress, expectProxy, stickyName, timeouts, other,
            limits, admission, answers, tls, active);
    }

    /** Returns the same listener, open or not. */
    public ListenerConfig withActive(final boolean open) {
        return new ListenerConfig(protocol, address, publicAddress, expectProxy, stickyName, timeouts,
            headers, limits, admission, answers, tls, open);
    }
}
