/** Parsers under random input: targets for a coverage-guided fuzzer, and their corpora in every test run. */
package io.sozu.perf.fuzz;
