/** The sozuctl command line: each command makes one order, sends it to the master and shows the answer. */
package io.sozu.ctl;
