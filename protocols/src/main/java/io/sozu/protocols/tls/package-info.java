/** TLS as listeners speak it: settings, contexts, certificates by name, tickets, handshakes. */
package io.sozu.protocols.tls;
