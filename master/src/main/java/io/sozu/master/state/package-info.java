/** What is configured: the file, the state, the differences between states, and what may change a state. */
package io.sozu.master.state;
