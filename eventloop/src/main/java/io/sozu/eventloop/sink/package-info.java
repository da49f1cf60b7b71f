/** Where log lines go. */
package io.sozu.eventloop.sink;
