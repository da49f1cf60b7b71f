/** The master: wiring and entry point. */
package io.sozu.master;
