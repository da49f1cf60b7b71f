/** Log lines rendered into an off-heap ring; a slow target loses lines and the loss is counted. */
package io.sozu.eventloop.log;
