/** Slabs of connections and exchanges, seen through flyweights. */
package io.sozu.sessions;
