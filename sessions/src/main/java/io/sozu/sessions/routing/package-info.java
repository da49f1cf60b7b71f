/** From listener, host, path and method to a cluster. */
package io.sozu.sessions.routing;
