/**
 * Backends by name: looks names up on threads of its own, and tells the workers of addresses that come and
 * go.
 */
package io.sozu.master.names;
