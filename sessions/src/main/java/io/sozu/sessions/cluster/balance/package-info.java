/** The ways to choose among backends that are fit to be chosen: one class per algorithm. */
package io.sozu.sessions.cluster.balance;
