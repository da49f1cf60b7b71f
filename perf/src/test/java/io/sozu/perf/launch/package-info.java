/** The shell scripts that start the programs. */
package io.sozu.perf.launch;
