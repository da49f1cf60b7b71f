/** The edge-triggered loop: tokens, readiness, run queue, turns. */
package io.sozu.eventloop;
