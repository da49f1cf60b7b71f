/** The contract between machines and the driver that acts on their verdicts. */
package io.sozu.protocols;
