/** The house rules, read from the compiled classes and the sources of every module. */
package io.sozu.perf.tidy;
