/** The command socket and what is done with an order. */
package io.sozu.master.command;
