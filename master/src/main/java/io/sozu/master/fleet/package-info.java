/** The worker processes and their listening sockets. */
package io.sozu.master.fleet;
