/** The clock of a turn and the wheel of deadlines. */
package io.sozu.eventloop.time;
