/** Validated records of the configuration. */
package io.sozu.control.model;
