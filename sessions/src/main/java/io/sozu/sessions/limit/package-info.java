/** What sources of connections have used of their limits: bounded in memory, and nothing to collide in. */
package io.sozu.sessions.limit;
