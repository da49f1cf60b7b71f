/** The state of traffic: slots of connections and exchanges, no wire format. */
package io.sozu.sessions;
