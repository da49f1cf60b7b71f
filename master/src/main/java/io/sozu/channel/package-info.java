/** Non-blocking frames over a socketpair, which may carry file descriptors. */
package io.sozu.channel;
