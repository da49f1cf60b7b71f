package io.sozu.master.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/** Asks the resolver of the system: {@code /etc/hosts} and the name servers, as it is set up. */
public final class SystemResolver implements Resolver {
    /** Turns the JVM's own memory of answers off, which would hide changes; before the first look-up. */
    public SystemResolver() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    @Override
    public List<InetAddress> resolve(final String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }
}
