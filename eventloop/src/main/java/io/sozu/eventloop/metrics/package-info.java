/** Single-writer counters off-heap, readable from another process. */
package io.sozu.eventloop.metrics;
