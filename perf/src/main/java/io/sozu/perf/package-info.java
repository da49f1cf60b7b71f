/** Benchmarks and the load script's helpers. */
package io.sozu.perf;
