/** Benchmarks of the parts of the data path, run by {@code perf/bench.sh}; a test calls each of them once. */
package io.sozu.perf.bench;
