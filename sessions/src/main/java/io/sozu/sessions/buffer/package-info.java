/** Fixed pages and cursors over them. */
package io.sozu.sessions.buffer;
