/** The sozuctl command line. */
package io.sozu.ctl;
