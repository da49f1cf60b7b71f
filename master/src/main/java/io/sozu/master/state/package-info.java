/** Configuration: file, state, differences, validation. */
package io.sozu.master.state;
